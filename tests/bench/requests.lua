-- What wrk sends: wrk … -s requests.lua URL -- KIND PATH CONNECTION
--   KIND        get, put, or mix (70 pulls to 30 pushes)
--   PATH        "" for the real routes, else the one path that every request goes to (a ceiling)
--   CONNECTION  keep, or close for a new connection per request
-- Every thread has accounts of its own, one device each, so that no push is stale and each one writes.
local USERS, DOCUMENTS, PREPARED = 32, 8, 4096

local threads = 0
function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local function message(method, target, user, body, close)
  local lines = {
    method .. " " .. target .. " HTTP/1.1", "Host: localhost", "Accept: application/vnd.koreader.v1+json",
    "x-auth-user: " .. user, "x-auth-key: 0123456789abcdef0123456789abcdef",
  }
  if close then lines[#lines + 1] = "Connection: close" end
  if body then
    lines[#lines + 1] = "Content-Type: application/json"
    lines[#lines + 1] = "Content-Length: " .. #body
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. (body or "")
end

local prepared, at = {}, 0
function init(arguments)
  local kind, path, close = arguments[1], arguments[2], arguments[3] == "close"
  for step = 1, PREPARED do
    local user = ("bench%d-%d"):format(number, step % USERS)
    local document = ("%032x"):format(math.floor(step / USERS) % DOCUMENTS)
    local pull = kind == "get" or (kind == "mix" and step % 10 < 7)
    if pull then
      prepared[step] = message("GET", path ~= "" and path or "/syncs/progress/" .. document, user, nil, close)
    else
      local body = ('{"document":"%s","percentage":%.4f,' ..
        '"progress":"/body/DocFragment[%d]/body/p[%d]/text().0",' ..
        '"device":"Kobo_nova","device_id":"0F3C1A"}'):format(document, step / PREPARED, step, number)
      prepared[step] = message("PUT", path ~= "" and path or "/syncs/progress", user, body, close)
    end
  end
end

function request()
  at = at % PREPARED + 1
  return prepared[at]
end

function done(summary, latency)
  local errors = summary.errors
  local report = '\n{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"bad_status":%d,"broken":%d}\n'
  io.write(report:format(summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
