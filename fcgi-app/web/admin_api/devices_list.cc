#include <algorithm>
#include <map>
#include <vector>

#include "core/device_problems.h"
#include "core/json_text.h"
#include "web/admin_api/admin_api.h"
#include "web/admin_api/desk.h"
#include "web/admin_api/document_view.h"
#include "web/admin_api/session.h"
#include "web/caller.h"

namespace koshelf::web {
namespace {

using core::MatchingMethod;

// A device and the document that it pushed last.
struct SeenDevice {
    store::Device device;
    core::MethodHabit habit;
    std::string title;
};

// A device that sends no file names tells nothing by its pushes. But if the library's process has found the
// very file, it knows by which digest.
MatchingMethod method_by_link(const store::Device& device, const DocumentView& view) {
    if (!device.under_its_own_id || !view.record.link) return MatchingMethod::kUnknown;
    if (view.record.link->how == store::LinkOrigin::kDigest) return MatchingMethod::kContent;
    if (view.record.link->how == store::LinkOrigin::kFileName) return MatchingMethod::kFileName;
    return MatchingMethod::kUnknown;
}

store::StoreResult<std::vector<SeenDevice>> load_devices(Services& services, const core::Username& username) {
    auto devices = services.devices.all(username);
    if (!devices) return tl::unexpected(devices.error());
    std::vector<core::DocumentId> documents;
    for (const store::Device& device : *devices) {
        auto document = core::DocumentId::parse(device.document);
        if (document && std::ranges::find(documents, *document) == documents.end())
            documents.push_back(std::move(*document));
    }
    const auto views = view_all(services.desk.records, services.desk.cache, services.settings.current(),
                                username, documents);
    if (!views) return tl::unexpected(views.error());
    std::vector<SeenDevice> seen;
    for (store::Device& device : *devices) {
        SeenDevice each{.device = std::move(device), .habit = {}, .title = {}};
        each.habit = core::method_habit(each.device.methods);
        const auto view = std::ranges::find_if(*views, [&each](const DocumentView& candidate) {
            return candidate.document.str() == each.device.document;
        });
        if (view != views->end()) {
            each.title = view->title();
            if (each.device.methods.empty()) each.habit.method = method_by_link(each.device, *view);
        }
        seen.push_back(std::move(each));
    }
    return seen;
}

std::vector<core::DeviceProblem> problems_of(const std::vector<SeenDevice>& devices, core::EpochSeconds now) {
    std::vector<core::DeviceFacts> facts;
    facts.reserve(devices.size());
    for (const SeenDevice& each : devices) {
        facts.push_back({.name = each.device.device,
                         .last_push = each.device.last_push,
                         .method = each.habit.method,
                         .clock_skew = core::clock_skew(each.device.clock),
                         .stale_run = each.device.stale_run});
    }
    return core::find_device_problems(facts, now);
}

std::string_view name_of(const core::MethodHabit& habit) {
    if (habit.mixed) return "mixed";
    switch (habit.method) {
        case MatchingMethod::kContent: return "content";
        case MatchingMethod::kFileName: return "filename";
        case MatchingMethod::kUnknown: break;
    }
    return "unknown";
}

template <typename Number>
void add_or_null(core::JsonObject& json, std::string_view name, const std::optional<Number>& number) {
    if (number) {
        json.add(name, *number);
    } else {
        json.add_json(name, "null");
    }
}

core::JsonObject problem_json(const core::DeviceProblem& problem) {
    core::JsonObject json;
    json.add("problem", problem.problem).add("message", problem.message);
    return json;
}

std::string device_json(const SeenDevice& seen, std::size_t index,
                        const std::vector<core::DeviceProblem>& problems) {
    const store::Device& device = seen.device;
    core::JsonObject json;
    json.add("id", device.id).add("device", device.device);
    if (device.device_id) json.add("device_id", *device.device_id);
    json.add("first_push", device.first_push).add("last_push", device.last_push);
    add_or_null(json, "last_pull", device.last_pull);
    json.add("pushes", device.pushes).add("stale", device.stale).add("method", name_of(seen.habit));
    add_or_null(json, "clock_skew_s", core::clock_skew(device.clock));
    core::JsonObject last;
    last.add("document", device.document).add("title", seen.title);
    json.add_json("last_document", last.finish());
    core::JsonArray own;
    for (const core::DeviceProblem& problem : problems) {
        if (std::ranges::find(problem.devices, index) != problem.devices.end())
            own.add_json(problem_json(problem).finish());
    }
    return json.add_json("problems", own.finish()).finish();
}

std::string problems_json(const std::vector<SeenDevice>& devices,
                          const std::vector<core::DeviceProblem>& problems) {
    core::JsonArray all;
    for (const core::DeviceProblem& problem : problems) {
        core::JsonArray ids;
        for (const std::size_t i : problem.devices) ids.add(devices[i].device.id);
        all.add_json(problem_json(problem).add_json("devices", ids.finish()).finish());
    }
    return all.finish();
}

}  // namespace

// There are at most 64: they are read whole, and the cursor is the id of the last one that was shown.
Response list_devices(Services& services, const Call& call) {
    const auto session = open_session(services, call.request);
    if (!session) return session.error();
    const auto username = subject_account(services, *session, call.request);
    if (!username) return username.error();
    const auto devices = load_devices(services, *username);
    if (!devices) return store_failed(services, devices.error());
    const auto problems = problems_of(*devices, call.request.now);

    const std::string cursor = parameter(call.request, "cursor");
    const auto shown = std::ranges::find_if(
        *devices, [&cursor](const SeenDevice& each) { return each.device.id == cursor; });
    const std::size_t begin =
        shown == devices->end() ? 0 : static_cast<std::size_t>(shown - devices->begin()) + 1;
    const std::size_t end = std::min(begin + limit_of(call.request), devices->size());
    core::JsonArray page;
    for (std::size_t i = begin; i < end; ++i) page.add_json(device_json((*devices)[i], i, problems));
    core::JsonObject json;
    json.add_json("devices", page.finish()).add_json("problems", problems_json(*devices, problems));
    if (end < devices->size()) {
        json.add("next", (*devices)[end - 1].device.id);
    } else {
        json.add_json("next", "null");
    }
    return json_response(200, json.finish());
}

}  // namespace koshelf::web
