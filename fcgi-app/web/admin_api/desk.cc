#include "web/admin_api/desk.h"

namespace koshelf::web {
namespace {

// A novel's map takes about a megabyte; people look at one book at a time.
constexpr std::size_t kBooksInMemory = 1;

}  // namespace

Desk::Desk(store::Database& database, const platform::Config& config)
    : roles(database),
      roster(database),
      invitations(database),
      shelf(database),
      links(database),
      records(database, config.history_limit),
      merging(database, config.history_limit),
      activity(database),
      cache(database),
      calibrations(database),
      texts(database),
      settings(database, platform::SecretBox(config.secret_file)),
      books(cache, calibrations, kBooksInMemory),
      importer(records, activity, books),
      http(platform::HttpOptions{}) {}

}  // namespace koshelf::web
