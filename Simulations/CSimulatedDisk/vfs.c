// The VFS of one disk: opening, deleting, time and chance.
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"

static simulated_disk *disk_of(sqlite3_vfs *vfs) { return vfs->pAppData; }

static bool is_journal(int flags) {
    return flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_WAL | SQLITE_OPEN_SUPER_JOURNAL);
}

static inode *open_or_create(simulated_disk *disk, const char *name, int flags, int *result) {
    inode *file = find(&disk->view, name);
    if (file) return file;
    *result = SQLITE_CANTOPEN;
    if (!(flags & SQLITE_OPEN_CREATE) || disk->view.count == NAMES_MAX) return NULL;
    file = inode_create();
    bool is_named = name_file(disk, NAMING_CREATE, name, NULL, file) == 0;
    inode_release(file);
    *result = SQLITE_OK;
    return is_named ? file : NULL;
}

static int open_file(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *base, int flags, int *opened
) {
    simulated_disk *disk = disk_of(vfs);
    handle *h = (handle *)base;
    memset(h, 0, sizeof *h);
    pthread_mutex_lock(&disk->lock);
    int result = SQLITE_OK;
    bool is_new = false;
    if (disk->is_dead) {
        result = SQLITE_IOERR;
        errno = EIO;
    } else if (!name || flags & SQLITE_OPEN_DELETEONCLOSE) {
        h->file = inode_create();
        h->file->is_temporary = true;
    } else {
        is_new = !find(&disk->view, name);
        h->file = open_or_create(disk, name, flags, &result);
        if (h->file) h->file->references++;
    }
    trace(disk, 'o', (uint64_t)flags, (uint64_t)result);
    if (h->file) {
        base->pMethods = &disk_methods;
        h->disk = disk;
        h->generation = disk->generation;
        h->kind = (flags & 0xfff00) >> 8;
        h->syncs_directory = is_new && is_journal(flags);
        if (opened) *opened = flags;
    }
    pthread_mutex_unlock(&disk->lock);
    return result;
}

static int delete_file(sqlite3_vfs *vfs, const char *name, int syncs_directory) {
    simulated_disk *disk = disk_of(vfs);
    pthread_mutex_lock(&disk->lock);
    int result = SQLITE_OK;
    inode *file = find(&disk->view, name);
    if (disk->is_dead || disk->is_stuck) {
        result = SQLITE_IOERR_DELETE;
        errno = EIO;
    } else if (!file) {
        result = SQLITE_IOERR_DELETE_NOENT;
        errno = ENOENT;
    } else {
        name_file(disk, NAMING_REMOVE, name, NULL, file);
        if (stops_here(disk)) {
            result = SQLITE_IOERR_DELETE;
        } else if (syncs_directory) {
            settle_namings(disk, false);
        }
    }
    trace(disk, 'd', (uint64_t)syncs_directory, (uint64_t)result);
    pthread_mutex_unlock(&disk->lock);
    return result;
}

static int access_file(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    simulated_disk *disk = disk_of(vfs);
    pthread_mutex_lock(&disk->lock);
    inode *file = find(&disk->view, name);
    // As SQLite's own VFS has it: an empty file does not exist.
    *result = file && (flags != SQLITE_ACCESS_EXISTS || file->view.size > 0);
    bool is_dead = disk->is_dead;
    pthread_mutex_unlock(&disk->lock);
    return is_dead ? SQLITE_IOERR_ACCESS : SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *name, int size, char *full) {
    (void)vfs;
    if ((int)strlen(name) >= size) return SQLITE_CANTOPEN;
    strcpy(full, name);
    return SQLITE_OK;
}

static int randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    simulated_disk *disk = disk_of(vfs);
    for (int i = 0; i < count; i++) {
        bytes[i] = (char)mix(disk->seed, 0, disk->entity, (uint64_t)i);
    }
    return count;
}

static int sleep_virtually(sqlite3_vfs *vfs, int microseconds) {
    simulated_disk *disk = disk_of(vfs);
    pthread_mutex_lock(&disk->lock);
    disk->waited_us += (uint64_t)microseconds;
    pthread_mutex_unlock(&disk->lock);
    return microseconds;
}

static int current_time(sqlite3_vfs *vfs, sqlite3_int64 *julian_ms) {
    *julian_ms = disk_of(vfs)->time_ms + 210866760000000ll;  // 1970 in Julian milliseconds
    return SQLITE_OK;
}

static int current_day(sqlite3_vfs *vfs, double *julian_day) {
    sqlite3_int64 ms;
    current_time(vfs, &ms);
    *julian_day = (double)ms / 86400000.0;
    return SQLITE_OK;
}

static int last_error(sqlite3_vfs *vfs, int size, char *text) {
    (void)vfs;
    if (size > 0) *text = 0;
    return errno;
}

simulated_disk *disk_create(uint64_t seed, uint64_t entity) {
    static atomic_ulong made;
    if (!sqlite3_compileoption_used("USE_URI")) return NULL;
    simulated_disk *disk = calloc(1, sizeof *disk);
    if (!disk) return NULL;
    disk->seed = seed;
    disk->entity = entity;
    snprintf(disk->name, sizeof disk->name, "simulated-%lu", atomic_fetch_add(&made, 1));
    pthread_mutex_init(&disk->lock, NULL);
    disk->vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = sizeof(handle),
        .mxPathname = NAME_MAX_BYTES,
        .zName = disk->name,
        .pAppData = disk,
        .xOpen = open_file,
        .xDelete = delete_file,
        .xAccess = access_file,
        .xFullPathname = full_name,
        .xRandomness = randomness,
        .xSleep = sleep_virtually,
        .xCurrentTime = current_day,
        .xGetLastError = last_error,
        .xCurrentTimeInt64 = current_time,
    };
    if (sqlite3_vfs_register(&disk->vfs, 0) != SQLITE_OK) {
        free(disk);
        return NULL;
    }
    return disk;
}

void disk_destroy(simulated_disk *disk) {
    sqlite3_vfs_unregister(&disk->vfs);
    forget_marks(disk);
    settle_namings(disk, false);
    directory nothing = {0};
    directory_copy(&disk->view, &nothing);
    directory_copy(&disk->platter, &nothing);
    pthread_mutex_destroy(&disk->lock);
    free(disk);
}

const char *disk_vfs(const simulated_disk *disk) { return disk->name; }

// SQLite takes its randomness from the default VFS, once, when it first needs some.

static uint64_t sqlite_seed;

static int seeded_randomness(sqlite3_vfs *vfs, int count, char *bytes) {
    (void)vfs;
    for (int i = 0; i < count; i++) bytes[i] = (char)mix(sqlite_seed, 0, 0, (uint64_t)i);
    return count;
}

void disk_seed_sqlite(uint64_t seed) {
    static sqlite3_vfs seeded;
    if (!seeded.zName) {
        seeded = *sqlite3_vfs_find(NULL);
        seeded.zName = "seeded";
        seeded.xRandomness = seeded_randomness;
        sqlite3_vfs_register(&seeded, 1);
    }
    sqlite_seed = seed;
    sqlite3_randomness(0, NULL);
}
