#include "store/feed_marks.h"

#include "store/keys.h"

namespace koshelf::store {

void FeedMarks::mark(const std::string& credential_digest) {
    database_.post(platform::RedisCommand{"SET", keys::feed_mark(credential_digest), "1", "EX",
                                          std::to_string(kLife.count())});
}

void FeedMarks::clear(const std::string& credential_digest) {
    database_.post(platform::RedisCommand{"DEL", keys::feed_mark(credential_digest)});
}

platform::RedisCommand FeedMarks::question(const std::string& credential_digest) {
    return {"EXISTS", keys::feed_mark(credential_digest)};
}

}  // namespace koshelf::store
