// A disk that lives in memory, under SQLite, and that fails as told.
//
// Problem: a power cut, a full disk or a drive that lies happens once a year in an office, never on
// a developer's desk, and never twice the same way.
// Idea: a SQLite VFS a disk (`disk_vfs`). Each file has what programs see and what the platter
// holds, and the list of changes between the two. A cut keeps the platter, and of each pending
// change as much as its draw says. Every draw is a function of (seed, family, disk, count), so a
// seed repeats and taking one fault away shifts no other.
//
// One disk may be used from several threads; each has its own lock. All memory is freed by
// `disk_destroy`, which must come after the last connection is closed.
#ifndef SIMULATED_DISK_H
#define SIMULATED_DISK_H

#include <stdbool.h>
#include <stdint.h>

typedef struct simulated_disk simulated_disk;

/// What can go wrong. Each has a rate (chance a million eligible calls) and may be armed once.
enum disk_fault {
    /// Power goes at a write, sync, truncate or delete; the call fails, the disk is dead.
    DISK_POWER_CUT,
    /// The program is killed there; what it wrote stays, synced or not.
    DISK_KILL,
    /// One read fails.
    DISK_READ_ERROR,
    /// One write fails.
    DISK_WRITE_ERROR,
    /// From here on every read, write and sync fails, until `disk_mend`.
    DISK_STUCK,
    /// One sync fails: some changes are on the platter, the others never will be, though programs
    /// go on seeing them (what Linux does since 2018).
    DISK_SYNC_ERROR,
    /// A sync says yes and does nothing.
    DISK_LYING_SYNC,
    /// Nothing may grow any more, until `disk_mend`.
    DISK_FULL,
    /// One bit of what is read has turned, for good.
    DISK_BIT_ROT,
    /// One sector cannot be read, until it is written again.
    DISK_BAD_SECTOR,
    /// One write reaches the cache and never the platter.
    DISK_LOST_WRITE,
    /// One write reaches another place of the same file.
    DISK_MISDIRECTED_WRITE,
    /// One call takes up to 5 s of virtual time.
    DISK_SLOW,
    DISK_FAULT_COUNT
};

/// `injected`: the disk did it. `took_effect`: it made a difference that somebody could see: an
/// error returned, bytes read that are not those written, a change gone after a cut.
typedef struct {
    uint64_t injected;
    uint64_t took_effect;
} disk_count;

/// What became of the pending changes at power cuts.
typedef struct {
    uint64_t applied, dropped, torn, garbage;
} disk_fates;

/// An empty disk with a VFS of its own.
simulated_disk *disk_create(uint64_t seed, uint64_t entity);
void disk_destroy(simulated_disk *disk);
/// The name of its VFS, for `file:/name?vfs=`.
const char *disk_vfs(const simulated_disk *disk);

// Faults.

void disk_set_rate(simulated_disk *disk, enum disk_fault fault, uint32_t per_million);
/// The fault comes at the `calls`-th eligible call from now; 0 takes it back.
void disk_arm(simulated_disk *disk, enum disk_fault fault, uint64_t calls);
/// Ends what lasts: stuck, full.
void disk_mend(simulated_disk *disk);
disk_count disk_fault_count(simulated_disk *disk, enum disk_fault fault);
disk_fates disk_fate_counts(simulated_disk *disk);

// Power.

bool disk_is_dead(simulated_disk *disk);
/// Without waiting for a call.
void disk_cut(simulated_disk *disk);
void disk_kill(simulated_disk *disk);
/// The disk serves again; connections from before fail for ever. After a cut, decides what is left.
void disk_power_up(simulated_disk *disk);

// Time, and what happened.

/// UTC milliseconds, as SQLite on this disk sees them.
void disk_set_time(simulated_disk *disk, int64_t milliseconds);
/// Virtual milliseconds that slow calls and waiting for locks took so far.
uint64_t disk_waited(simulated_disk *disk);
/// Writes, syncs, truncates and deletes so far.
uint64_t disk_changing_calls(simulated_disk *disk);
/// Over every call: what, where, how much, which pages, with what result. Equal in each run of a
/// seed: the random salts of a WAL are left out.
uint64_t disk_trace(simulated_disk *disk);
/// Bytes that programs see, all files together.
uint64_t disk_bytes(simulated_disk *disk);

// Files, for what a program does beside SQLite. Names begin with '/'. 0 is success, else an errno.

bool disk_exists(simulated_disk *disk, const char *name);
/// Returns how many bytes there were, or -1.
int64_t disk_read(
    simulated_disk *disk, const char *name, int64_t offset, uint8_t *bytes, int64_t count);
/// Makes the file, or empties it, and writes it; not synced.
int disk_put(simulated_disk *disk, const char *name, const uint8_t *bytes, int64_t count);
/// 0 when there is no such file.
int64_t disk_size(simulated_disk *disk, const char *name);
int disk_rename(simulated_disk *disk, const char *from, const char *to);
int disk_remove(simulated_disk *disk, const char *name);
/// Puts noise over bytes that are there, on the platter and in what programs see.
int disk_spoil(simulated_disk *disk, const char *name, int64_t offset, int64_t count);
/// The file and its name.
int disk_sync(simulated_disk *disk, const char *name);
int disk_sync_directory(simulated_disk *disk);
/// Makes `to` hold what programs see on `from`, all of it durable: a backup, a clone. Connections
/// of `to` fail from then on.
void disk_copy_contents(simulated_disk *from, simulated_disk *to);

/// Makes SQLite's own randomness (salts of a WAL) in this process follow from the seed. For a
/// process that runs one world at a time.
void disk_seed_sqlite(uint64_t seed);

#endif
