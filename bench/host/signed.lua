-- What wrk sends: WhatsApp's text messages of about 1 KB, each with an id of its own, so that none is
-- a duplicate, and each signed with OMNI_BENCH_SECRET.
--
-- wrk must not be what is measured. So the id stands near the end of a body, and what comes before
-- it has been hashed ahead; a request costs two blocks of SHA-256 instead of eighteen.

local ffi = require("ffi")
ffi.cdef [[
typedef struct { uint32_t h[8]; uint32_t Nl, Nh; uint32_t data[16]; unsigned int num, md_len; } SHA256_CTX;
int SHA256_Init(SHA256_CTX *context);
int SHA256_Update(SHA256_CTX *context, const void *data, size_t size);
int SHA256_Final(unsigned char *digest, SHA256_CTX *context);
]]
local crypto = ffi.load("libcrypto.so.3")

local path = "/webhooks/whatsapp/0/receive"
local after_id = '"}]},"field":"messages"}]}]}'
local id_size = 26

local templates = {}
local run = string.format("%010d%06d", os.time(), math.floor(os.clock() * 1e6) % 1000000)
local number = 0
local context, digest = ffi.new("SHA256_CTX"), ffi.new("unsigned char[32]")
local outer = ffi.new("SHA256_CTX")
local hex, pairs_of = ffi.new("uint16_t[32]"), ffi.new("uint16_t[256]")

local function keyed(state, secret, pad)
  local block = ffi.new("unsigned char[64]")
  ffi.copy(block, secret, #secret)
  for i = 0, 63 do block[i] = bit.bxor(block[i], pad) end
  crypto.SHA256_Init(state)
  crypto.SHA256_Update(state, block, 64)
end

local function template(i, secret)
  local from = "49151" .. 10000000 + i * 7919
  local text = string.rep("words of message " .. i .. " ", 18 + i % 8)
  local body = '{"object":"whatsapp_business_account","entry":[{"id":"100000000000001","changes":[{"value":' ..
    '{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550100200",' ..
    '"phone_number_id":"118230945517736"},"contacts":[{"profile":{"name":"Ada"},"wa_id":"' .. from ..
    '"}],"messages":[{"from":"' .. from .. '","timestamp":"1705312345","text":{"body":"' .. text ..
    '"},"type":"text","id":"wamid.'
  local state = ffi.new("SHA256_CTX")
  keyed(state, secret, 0x36)
  crypto.SHA256_Update(state, body, #body)
  local head = "POST " .. path .. " HTTP/1.1\r\nHost: hooks.example.com\r\nUser-Agent: load\r\nAccept: */*\r\n" ..
    "Content-Type: application/json\r\nContent-Length: " .. #body + id_size + #after_id ..
    "\r\nX-Hub-Signature-256: sha256="
  return {head = head, body = "\r\n\r\n" .. body, state = state}
end

function init()
  local secret = os.getenv("OMNI_BENCH_SECRET")
  keyed(outer, secret, 0x5c)
  for i = 0, 255 do
    local digits = string.format("%02x", i)
    pairs_of[i] = digits:byte(1) + 256 * digits:byte(2)
  end
  for i = 1, 256 do templates[i] = template(i, secret) end
end

function request()
  number = number + 1
  local one = templates[number % 256 + 1]
  local rest = run .. string.format("%010d", number) .. after_id
  ffi.copy(context, one.state, ffi.sizeof(context))
  crypto.SHA256_Update(context, rest, #rest)
  crypto.SHA256_Final(digest, context)
  ffi.copy(context, outer, ffi.sizeof(context))
  crypto.SHA256_Update(context, digest, 32)
  crypto.SHA256_Final(digest, context)
  for i = 0, 31 do hex[i] = pairs_of[digest[i]] end
  return one.head .. ffi.string(hex, 64) .. one.body .. rest
end

-- One line for scripts: requests, failures, p50 and p99 in microseconds.
function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format("result %d %d %d %d\n", summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
