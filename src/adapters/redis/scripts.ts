// The steps that have to happen in Redis at one time, as Lua scripts. All keys share one hash tag, so that a Redis Cluster keeps them on one node. Plain
// commands only: Redis 6.2 and Valkey run them.

/** One slot for everything: an append spans streams. */
const PREFIX = "{lockstep}:";
export const HEADS = `${PREFIX}heads`;
export const NEWS = `${PREFIX}news`;
export const streamKey = (stream: string): string => `${PREFIX}stream:${stream}`;
/** A stream that is being restored, and is nobody's yet. */
export const comingKey = (stream: string): string => `${PREFIX}coming:${stream}`;
export const leaseKey = (name: string): string => `${PREFIX}lease:${name}`;

/**
 * News are for those who wait now; who comes later reads the streams themselves. Old ones are thrown away in one of a hundred milliseconds: looking for
 * them each time would cost as much as adding one.
 */
const KEPT_NEWS = 10_000;
const throwAwayOld = (id: string) =>
  `if string.find(${id}, '00-', 1, true) then call('XTRIM', KEYS[2], 'MAXLEN', '~', ${KEPT_NEWS}) end`;

/**
 * Any number of appends, one after the other; each is all or nothing. KEYS: heads, news, then one key per write. ARGV: for each append how many writes it
 * has, and for each of these the version the stream must be at, how many facts follow, and these: version and fact. For each append nil, or the name of
 * the first stream that has moved. A fact's id in its stream is its version. Numbers are compared and written as they came, as text.
 */
export const APPEND = `
local call, names, heads, moved = redis.call, {}, {}, {}
for i = 3, #KEYS do names[i - 2] = string.sub(KEYS[i], ${streamKey("").length + 1}) end
for i, head in ipairs(call('HMGET', KEYS[1], unpack(names))) do heads[names[i]] = head or '0' end
local news, grown = {'XADD', KEYS[2], '*'}, {'HSET', KEYS[1]}
local write, at = 1, 1
while at <= #ARGV do
  local last, look, found = write + ARGV[at] - 1, at + 1, false
  for i = write, last do
    if not found and heads[names[i]] ~= ARGV[look] then found = names[i] end
    look = look + 2 + 2 * ARGV[look + 1]
  end
  moved[#moved + 1] = found
  at = at + 1
  for i = write, last do
    local after = at + 2 + 2 * ARGV[at + 1]
    if not found and after > at + 2 then
      for j = at + 2, after - 2, 2 do call('XADD', KEYS[i + 2], ARGV[j], 'fact', ARGV[j + 1]) end
      local name, version = names[i], ARGV[after - 2]
      heads[name] = version
      grown[#grown + 1] = name
      grown[#grown + 1] = version
      news[#news + 1] = 'stream'
      news[#news + 1] = name
    end
    at = after
  end
  write = last + 1
end
if #grown > 2 then
  call(unpack(grown))
  local id = call(unpack(news))
  ${throwAwayOld("id")}
end
return moved
`;

/**
 * The usual append, one fact to one stream, by itself: in two thirds of the time. KEYS: heads, news, the stream. ARGV: the stream's name, the version it
 * must be at, the fact's version, the fact. Answers as `APPEND` does.
 */
export const APPEND_ONE = `
local call = redis.call
if (call('HGET', KEYS[1], ARGV[1]) or '0') ~= ARGV[2] then return {ARGV[1]} end
call('XADD', KEYS[3], ARGV[3], 'fact', ARGV[4])
call('HSET', KEYS[1], ARGV[1], ARGV[3])
local id = call('XADD', KEYS[2], '*', 'stream', ARGV[1])
${throwAwayOld("id")}
return {false}
`;

/**
 * KEYS: the lease. ARGV: owner, milliseconds. `{1, token, ms}` when it is the owner's for so long, `{0, '0', ms}` when it is somebody else's for so long.
 * Redis' own clock counts. When that was set back, one that nobody renews lasts from then on for as long as it was taken for, and not until the clock has caught up.
 * Hosts never forget the highest token, so a new one is no smaller than the time in seconds: it has to grow also when this store was lost, or an older copy
 * was put back. Times in ms are written out: left to itself Redis rounds some and writes others with an exponent.
 */
export const ACQUIRE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = redis.call('HMGET', KEYS[1], 'owner', 'token', 'until', 'for')
local token = tonumber(held[2] or '0')
local left = tonumber(held[3] or '0') - now
local most = tonumber(held[4] or '0')
if most > 0 and left > most then
  left = most
  redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + most))
end
local alive = held[1] and held[1] ~= '' and left > 0
if alive and held[1] ~= ARGV[1] then return {0, '0', left} end
if not alive then token = math.max(token + 1, tonumber(time[1])) end
local written = string.format('%.0f', token)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'token', written, 'until', string.format('%.0f', now + tonumber(ARGV[2])), 'for', ARGV[2])
return {1, written, tonumber(ARGV[2])}
`;

/** KEYS: the lease. ARGV: owner. The entry stays: the next owner's token has to be higher. */
export const RELEASE = `
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('HSET', KEYS[1], 'owner', '', 'until', 0) end
return nil
`;

/**
 * Makes restored streams the journal, all or none. KEYS: heads, news, then for each stream where it lies and its own key. ARGV: for each its name and its
 * version. Answers nil; 'notEmpty' when there is a journal by now; 'lost' when what was put there is no longer all there. What may be refused for want of
 * memory comes first, so that it is refused before anything has changed.
 */
export const FINISH_RESTORE = `
local call = redis.call
if call('EXISTS', KEYS[1]) == 1 then return 'notEmpty' end
for i = 1, #ARGV, 2 do
  if call('XLEN', KEYS[i + 2]) ~= tonumber(ARGV[i + 1]) then return 'lost' end
end
for i = 1, #ARGV, 2 do call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = 1, #ARGV, 2 do
  call('RENAME', KEYS[i + 2], KEYS[i + 3])
  call('XADD', KEYS[2], 'MAXLEN', '~', ${KEPT_NEWS}, '*', 'stream', ARGV[i])
end
return nil
`;
