// The Lua scripts that run inside Redis, from store/scripts/.
#pragma once

#include <string>
#include <string_view>

namespace koshelf::store {

// A script's text and the name by which Redis knows it.
class Script {
  public:
    explicit Script(std::string source);
    [[nodiscard]] const std::string& source() const { return source_; }
    [[nodiscard]] const std::string& sha1() const { return sha1_; }

  private:
    std::string source_;
    std::string sha1_;
};

// One for each file that is run; made when first asked for.
[[nodiscard]] const Script& push_script();
[[nodiscard]] const Script& pull_script();
[[nodiscard]] const Script& touch_script();
[[nodiscard]] const Script& create_account_script();
[[nodiscard]] const Script& change_credential_script();
[[nodiscard]] const Script& delete_account_script();
[[nodiscard]] const Script& index_document_script();

}  // namespace koshelf::store
