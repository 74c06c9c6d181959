// The steps that have to happen in Redis at one time, as Lua scripts. All keys share one hash tag, so that a Redis Cluster keeps them on one node. Plain
// commands only: Redis 6.2 and Valkey run them.

/** One slot for everything: an append spans streams. */
export const PREFIX = "{lockstep}:";
export const HEADS = `${PREFIX}heads`;
export const NEWS = `${PREFIX}news`;
export const streamKey = (stream: string): string => `${PREFIX}stream:${stream}`;
export const leaseKey = (name: string): string => `${PREFIX}lease:${name}`;

/** News are for those who wait now; who comes later reads the streams themselves. */
const KEPT_NEWS = 10_000;

/**
 * KEYS: heads, news, then one key per write. ARGV: the writes as JSON, `[[stream, expected, [fact, …]], …]` with facts as JSON text. Nil, or the name of
 * the first stream that has moved. A fact's id in its stream is its version.
 */
export const APPEND = `
local writes = cjson.decode(ARGV[1])
for _, write in ipairs(writes) do
  local head = tonumber(redis.call('HGET', KEYS[1], write[1]) or '0')
  if head ~= write[2] then return write[1] end
end
for i, write in ipairs(writes) do
  local facts = write[3]
  for j = 1, #facts do
    redis.call('XADD', KEYS[i + 2], string.format('%d-0', write[2] + j), 'fact', facts[j])
  end
  if #facts > 0 then
    redis.call('HSET', KEYS[1], write[1], write[2] + #facts)
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ${KEPT_NEWS}, '*', 'stream', write[1])
  end
end
return nil
`;

/**
 * KEYS: the lease. ARGV: owner, milliseconds. `{1, token, ms}` when it is the owner's for so long, `{0, '0', ms}` when it is somebody else's for so long. Redis' own clock counts.
 * Hosts never forget the highest token, so a new one is no smaller than the time in ms: it has to grow also when this store was lost, or an older copy was
 * put back. Numbers of this size are written out: left to itself Redis rounds some and writes others with an exponent.
 */
export const ACQUIRE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'owner', 'token', 'until')
local token = tonumber(held[2] or '0')
local left = tonumber(held[3] or '0') - now
local alive = held[1] and held[1] ~= '' and left > 0
if alive and held[1] ~= ARGV[1] then return {0, '0', left} end
if not alive then token = math.max(token + 1, tonumber(time[1])) end
local written = string.format('%.0f', token)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'token', written, 'until', string.format('%.0f', now + tonumber(ARGV[2])))
return {1, written, tonumber(ARGV[2])}
`;

/** KEYS: the lease. ARGV: owner. The entry stays: the next owner's token has to be higher. */
export const RELEASE = `
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('HSET', KEYS[1], 'owner', '', 'until', 0) end
return nil
`;
