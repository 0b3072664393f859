"""What is looked at and changed in one step, in the Redis: each answers STALE once it has lost its memory.

A Redis that was started again is empty, and what this bot believes to have there is gone. `KEYS[1]` is the
mark of whose key it is that all this is locked with; `ARGV[1]` is ours.
"""

STALE = -1

_OURS = "if redis.call('get', KEYS[1]) ~= ARGV[1] then return -1 end\n"

TAKE = (
    _OURS
    + """
redis.call('set', ARGV[3] .. ARGV[2], ARGV[1], 'EX', ARGV[4])
local owner = string.sub(redis.call('get', KEYS[2]) or '', 1, 16)
if owner ~= '' and owner ~= ARGV[2] and redis.call('exists', ARGV[3] .. owner) == 1 then return 0 end
redis.call('set', KEYS[2], ARGV[2] .. ARGV[6], 'EX', ARGV[5])
return 1
"""
)
"""KEYS: the turn. ARGV: this bot (16 letters), the prefix of bots, seconds after which a silent one is dead,
seconds for which a turn is kept, what this turn has behind the bot. 1: it is ours; 0: it is another bot's,
which lives.
"""

GIVE_BACK = """
local there = redis.call('get', KEYS[1]) or ''
if string.sub(there, 1, #ARGV[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0
"""
"""KEYS: the turn. ARGV: what it begins with: the bot, and which of its turns."""

FORGET = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
"""Unless it was another one's by now. KEYS: what is forgotten. ARGV: what is there."""

SAY = """
local there = redis.call('get', KEYS[1])
if there and there ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""
"""Unless something else stands there. KEYS: the name. ARGV: what is said, for how many seconds."""

SAVE = (
    _OURS
    + """
local turn = redis.call('get', KEYS[2])
if turn == ARGV[5] then return 1 end
if turn ~= ARGV[2] then return 0 end
redis.call('set', KEYS[3], ARGV[3], 'EX', ARGV[4])
redis.call('set', KEYS[2], ARGV[5], 'EX', ARGV[4])
return 1
"""
)
"""KEYS: the turn, what is saved. ARGV: the turn as it is, the bytes, seconds, the turn as it is then: what
comes late, or again, saves nothing. 0: the turn is not ours any more.
"""

SWAP = (
    _OURS
    + """
local there = redis.call('get', KEYS[2]) or ''
if there == ARGV[3] then return 1 end
if there ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('del', KEYS[2]) else redis.call('set', KEYS[2], ARGV[3], 'EX', ARGV[4]) end
return 1
"""
)
"""KEYS: what is changed. ARGV: what was there, what takes its place ('' for nothing), seconds. 0: it changed
meanwhile.
"""
