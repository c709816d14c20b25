// What the parts of the disk share. See include/simulated_disk.h for what it is.
#ifndef DISK_H
#define DISK_H

#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>

#include "simulated_disk.h"

#define NAME_MAX_BYTES 120
#define NAMES_MAX 64
#define MARKS_MAX 64
#define SHM_SLOTS SQLITE_SHM_NLOCK

/// Bytes of a file.
typedef struct {
    uint8_t *bytes;
    int64_t size, capacity;
} image;

enum change_kind { CHANGE_WRITE, CHANGE_TRUNCATE };

/// A change that programs see and the platter does not have yet.
typedef struct {
    enum change_kind kind;
    /// The fault that keeps it from the platter, or DISK_FAULT_COUNT.
    enum disk_fault fault;
    int64_t offset;  // of a truncate: the new size
    int64_t length;
    size_t at;  // in the file's `pending` bytes
} change;

/// The shared memory of a WAL, kept by its connections.
typedef struct {
    int references;
    int count;
    uint8_t **regions;
    int shared[SHM_SLOTS];
    bool exclusive[SHM_SLOTS];
} shared_memory;

typedef struct handle handle;

typedef struct {
    int references;
    bool is_temporary;
    image view, platter;
    change *changes;
    int change_count, change_capacity;
    image pending;  // what the pending writes wrote
    // Locks: how many hold SHARED, and who holds more.
    int shared;
    handle *reserved, *waiting, *exclusive;
    shared_memory *shm;
} inode;

typedef struct {
    char name[NAME_MAX_BYTES];
    inode *file;
} entry;

typedef struct {
    entry entries[NAMES_MAX];
    int count;
} directory;

enum naming_kind { NAMING_CREATE, NAMING_REMOVE, NAMING_RENAME };

/// A change of the directory that the platter does not have yet.
typedef struct {
    enum naming_kind kind;
    char name[NAME_MAX_BYTES], to[NAME_MAX_BYTES];
    inode *file;
} naming;

/// A place of the platter that holds other bytes than it should, or cannot be read.
typedef struct {
    enum disk_fault fault;
    inode *file;
    int64_t offset, length;
    bool was_met;
} mark;

struct simulated_disk {
    sqlite3_vfs vfs;
    char name[32];
    pthread_mutex_t lock;
    uint64_t seed, entity;

    directory view, platter;
    naming namings[NAMES_MAX];
    int naming_count;

    bool is_dead, was_cut;
    bool is_stuck, is_full;
    uint32_t generation;
    uint64_t draws;  // of power cuts
    uint32_t rate[DISK_FAULT_COUNT];
    uint64_t armed[DISK_FAULT_COUNT];
    uint64_t eligible[DISK_FAULT_COUNT];
    disk_count counts[DISK_FAULT_COUNT];
    disk_fates fates;
    mark marks[MARKS_MAX];
    int mark_count;

    int64_t time_ms;
    uint64_t waited_us;
    uint64_t changing_calls;
    uint64_t trace;
};

/// An open file.
struct handle {
    sqlite3_file base;
    simulated_disk *disk;
    inode *file;
    uint32_t generation;
    int lock;
    bool deletes_on_close;
    /// A new journal: its first sync also syncs the directory, as SQLite's own VFS does.
    bool syncs_directory;
    /// Which file it is, for the trace.
    int kind;
    shared_memory *shm;
    unsigned shm_shared, shm_exclusive;
};

// draw.c

/// Draws that belong to no fault.
enum { STREAM_FATES = 64, STREAM_PLACES, STREAM_STRANDED };

uint64_t mix(uint64_t seed, uint64_t stream, uint64_t entity, uint64_t n);
/// Whether the fault comes now. `draw` may be used to choose how.
bool fault_comes(simulated_disk *disk, enum disk_fault fault, uint64_t *draw);
void took_effect(simulated_disk *disk, enum disk_fault fault);
void trace(simulated_disk *disk, uint64_t what, uint64_t a, uint64_t b);
void trace_bytes(simulated_disk *disk, const uint8_t *bytes, int64_t count);

// image.c

void image_write(image *image, int64_t offset, const uint8_t *bytes, int64_t count);
void image_truncate(image *image, int64_t size);
void image_copy(image *to, const image *from);

// files.c

inode *inode_create(void);
void inode_release(inode *file);
void inode_write(inode *file, int64_t offset, const void *bytes, int64_t count, enum disk_fault);
void inode_truncate(inode *file, int64_t size);
/// Brings every pending change to the platter.
void inode_settle(simulated_disk *disk, inode *file);
void settle_change(simulated_disk *disk, inode *file, const change *c);
void inode_forget_changes(inode *file);
/// A sync said that the pending changes are on the platter.
void inode_note_lie(inode *file);
inode *find(const directory *directory, const char *name);
int name_file(simulated_disk *disk, enum naming_kind, const char *name, const char *to, inode *);
void settle_namings(simulated_disk *disk, bool removals_only);
/// Each pending change of the directory stays or not; one that builds on a lost one is lost.
void decide_namings(simulated_disk *disk, bool (*stays)(simulated_disk *disk));
void directory_copy(directory *to, const directory *from);

// power.c

/// What a power cut leaves.
void decide_fates(simulated_disk *disk);
/// What a failed sync leaves.
void strand_changes(simulated_disk *disk, inode *file, uint64_t draw);
void disk_die(simulated_disk *disk, bool was_cut);
/// At a changing call: whether the machine or the program stops within it.
bool stops_here(simulated_disk *disk);

// marks.c

/// Remembers a place until it is written again or seen.
void mark_place(simulated_disk *, enum disk_fault, inode *file, int64_t offset, int64_t count);
/// Whether a read there meets a bad sector; counts the first time.
bool is_bad(simulated_disk *disk, inode *file, int64_t offset, int64_t count);
/// The platter got new bytes there.
void clear_marks(simulated_disk *disk, inode *file, int64_t offset, int64_t count);
void clear_bad_sectors(simulated_disk *disk, inode *file, int64_t offset, int64_t count);
/// Which wrong bytes of the platter a cut brings to light. Before the programs' view is gone.
void reveal_marks(simulated_disk *disk);
void forget_marks(simulated_disk *disk);

// methods.c, shm.c

extern const sqlite3_io_methods disk_methods;
int sync_inode(simulated_disk *disk, inode *file, bool with_directory);
int shm_map(sqlite3_file *, int region, int size, int extends, void volatile **);
int shm_lock(sqlite3_file *, int offset, int count, int flags);
void shm_barrier(sqlite3_file *);
int shm_unmap(sqlite3_file *, int deletes);
void shm_release(shared_memory *shm);

static inline bool is_gone(const handle *h) {
    return h->disk->is_dead || h->generation != h->disk->generation;
}

#endif
