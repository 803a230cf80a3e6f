#include "platform/secret_box.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/base64.h"

namespace koshelf::platform {
namespace {

class SecretBoxTest : public ::testing::Test {
  protected:
    SecretBoxTest() {
        std::string pattern = ::testing::TempDir() + "/secret-box-XXXXXX";
        directory_ = mkdtemp(pattern.data());
    }
    ~SecretBoxTest() override { std::filesystem::remove_all(directory_); }
    SecretBoxTest(const SecretBoxTest&) = delete;
    SecretBoxTest(SecretBoxTest&&) = delete;
    SecretBoxTest& operator=(const SecretBoxTest&) = delete;
    SecretBoxTest& operator=(SecretBoxTest&&) = delete;

    [[nodiscard]] std::string key_file(const std::string& name = "key") const {
        return directory_ + "/" + name;
    }

    static void write(const std::string& path, const std::string& text) { std::ofstream(path) << text; }
    static std::string read(const std::string& path) {
        std::stringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }

    std::string directory_;
};

TEST_F(SecretBoxTest, OpensWhatItSealed) {
    const SecretBox box(key_file());
    for (const std::string& secret :
         {std::string(), std::string("key"), std::string(100'000, 'x'), std::string("a\0\xFF", 3)}) {
        const auto sealed = box.seal(secret, "NAME");
        ASSERT_TRUE(sealed.has_value()) << sealed.error();
        EXPECT_TRUE(SecretBox::is_sealed(*sealed));
        EXPECT_EQ(box.open(*sealed, "NAME"), secret);
    }
}

TEST_F(SecretBoxTest, OpensAKnownVector) {
    // AES-256-GCM made with another library (Node.js): key 00 01 … 1f, nonce 20 21 … 2b, "s3cret", bound to
    // NAME.
    write(key_file(), "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n");
    EXPECT_EQ(SecretBox(key_file()).open("enc:v1:ICEiIyQlJicoKSoroQnFAgnseI9sS3WB3cxQ+jPZGckiZw==", "NAME"),
              "s3cret");
}

TEST_F(SecretBoxTest, MakesADifferentTextEachTime) {
    const SecretBox box(key_file());
    std::set<std::string> texts;
    for (int i = 0; i < 50; ++i) texts.insert(*box.seal("same", "NAME"));
    EXPECT_EQ(texts.size(), 50U);
}

TEST_F(SecretBoxTest, RefusesWhateverWasChanged) {
    const SecretBox box(key_file());
    const std::string sealed = *box.seal("secret", "NAME");
    const std::string bytes = *base64_decode(std::string_view(sealed).substr(7));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::string changed = bytes;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(box.open("enc:v1:" + base64_encode(changed), "NAME").has_value()) << i;
        EXPECT_FALSE(box.open("enc:v1:" + base64_encode(bytes.substr(0, i)), "NAME").has_value()) << i;
    }
    for (const char* text : {"", "enc:v1:", "enc:v1:!", "enc:v2:AAAA", "plain"})
        EXPECT_FALSE(box.open(text, "NAME").has_value()) << text;
}

TEST_F(SecretBoxTest, BindsASecretToItsName) {
    const SecretBox box(key_file());
    EXPECT_FALSE(
        box.open(*box.seal("secret", "AUDIOBOOKSHELF_API_KEY"), "AUDIOBOOKSHELF_BASE_URL").has_value());
}

TEST_F(SecretBoxTest, NeedsTheSameKey) {
    const std::string sealed = *SecretBox(key_file("one")).seal("secret", "NAME");
    static_cast<void>(SecretBox(key_file("two")).seal("secret", "NAME"));
    EXPECT_FALSE(SecretBox(key_file("two")).open(sealed, "NAME").has_value());
}

TEST_F(SecretBoxTest, MakesTheKeyFileForItsOwnerOnly) {
    const SecretBox box(key_file("deeper/key"));
    ASSERT_TRUE(box.seal("secret", "NAME").has_value());
    struct stat status {};
    ASSERT_EQ(stat(key_file("deeper/key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(read(key_file("deeper/key")).size(), 65U);
    ASSERT_EQ(stat(key_file("deeper").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(SecretBoxTest, OpeningNeverMakesAKey) {
    const SecretBox box(key_file());
    const std::string sealed = *SecretBox(key_file("other")).seal("secret", "NAME");
    const auto opened = box.open(sealed, "NAME");
    ASSERT_FALSE(opened.has_value());
    EXPECT_NE(opened.error().find("missing"), std::string::npos) << opened.error();
    EXPECT_FALSE(std::filesystem::exists(key_file()));
}

TEST_F(SecretBoxTest, NeverReplacesAKeyFileThatIsDamaged) {
    for (const std::string& text :
         {std::string(), std::string("short\n"), std::string(64, 'g'), std::string(66, '0')}) {
        write(key_file(), text);
        EXPECT_FALSE(SecretBox(key_file()).seal("secret", "NAME").has_value());
        EXPECT_EQ(read(key_file()), text);
    }
}

TEST_F(SecretBoxTest, OfManyMakersOneWinsAndAllUseItsKey) {
    // Each with a process id of its own in reality; here forked, as the workers are.
    constexpr int kMakers = 16;
    std::vector<pid_t> makers;
    for (int i = 0; i < kMakers; ++i) {
        const pid_t pid = fork();
        if (pid == 0) {
            const auto sealed = SecretBox(key_file()).seal("secret", "NAME");
            if (sealed) write(key_file("sealed" + std::to_string(i)), *sealed);
            _exit(sealed ? 0 : 1);
        }
        makers.push_back(pid);
    }
    for (const pid_t pid : makers) {
        int status = 0;
        waitpid(pid, &status, 0);
        EXPECT_EQ(status, 0);
    }
    for (int i = 0; i < kMakers; ++i)
        EXPECT_EQ(SecretBox(key_file()).open(read(key_file("sealed" + std::to_string(i))), "NAME"), "secret");
    for (const auto& entry : std::filesystem::directory_iterator(directory_))
        EXPECT_EQ(entry.path().string().find(".new"), std::string::npos);
}

TEST(Base64, WritesAndReadsTheVectorsOfTheStandard) {
    for (const auto& [bytes, text] :
         std::vector<std::pair<std::string, std::string>>{{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}}) {
        EXPECT_EQ(base64_encode(bytes), text);
        EXPECT_EQ(base64_decode(text), bytes);
    }
}

TEST(Base64, RefusesWhatItWouldNotWrite) {
    for (const char* text :
         {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=AAA", "A=AA", "====", "Zm 9v", "Zm9v\n", "Zm_-"})
        EXPECT_EQ(base64_decode(text), std::nullopt) << text;
}

}  // namespace
}  // namespace koshelf::platform
