-- What wrk sends: distinct webhooks in turn, so that no cache sees one request only.
--
-- OMNI_LOAD_REQUESTS names a Lua file that returns others: a list of {path =, headers =, body =}.

local function made_up()
  local list = {}
  for i = 1, 256 do
    local text = string.rep("words of message " .. i .. " ", 20)
    local body = '{"object":"load","entry":[{"id":"' .. i .. '","messages":[{"id":"m' .. i * 7919 ..
      '","from":"1555' .. 1000000 + i .. '","type":"text","text":{"body":"' .. text .. '"}}]}]}'
    list[i] = {
      path = "/webhooks/load/" .. i,
      headers = {
        ["Host"] = "hooks.example.com",
        ["User-Agent"] = "load",
        ["Accept"] = "*/*",
        ["Content-Type"] = "application/json",
        ["X-Hub-Signature-256"] = "sha256=" .. string.rep(string.format("%02x", i % 256), 32),
      },
      body = body,
    }
  end
  return list
end

local requests = {}
local next_request = 0

function init(args)
  local file = os.getenv("OMNI_LOAD_REQUESTS")
  local list = file and dofile(file) or made_up()
  for i, one in ipairs(list) do
    requests[i] = wrk.format(one.method or "POST", one.path, one.headers, one.body)
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

-- One line for scripts: requests, failures, p50 and p99 in microseconds.
function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("result %d %d %d %d\n", summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
