#include "store/feed_marks.h"

#include "store/keys.h"
#include "store/leases.h"

namespace koshelf::store {

void FeedMarks::mark(const std::string& credential_digest) {
    database_.post(platform::RedisCommand{"SET", keys::feed_mark(credential_digest), owner_, "EX",
                                          std::to_string(kLife.count())});
}

void FeedMarks::clear(const std::string& credential_digest) {
    database_.post(platform::RedisCommand{"DEL", keys::feed_mark(credential_digest)});
}

void FeedMarks::add_questions(std::vector<platform::RedisCommand>& questions,
                              const std::string& credential_digest) {
    questions.push_back({"GET", keys::feed_mark(credential_digest)});
    questions.push_back({"GET", keys::lease(kSyncLease)});
}

bool FeedMarks::is_live(platform::RedisValue mark, platform::RedisValue holder) {
    return !mark.text().empty() && mark.text() == holder.text();
}

}  // namespace koshelf::store
