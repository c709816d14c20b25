// What SQLite asks of an open file.
#include <errno.h>
#include <string.h>

#include "disk.h"

static simulated_disk *enter(handle *h) {
    pthread_mutex_lock(&h->disk->lock);
    return h->disk;
}

static int leave(handle *h, int call, sqlite3_int64 a, sqlite3_int64 b, int result) {
    simulated_disk *disk = h->disk;
    if (!h->file->is_temporary) {
        trace(disk, (uint64_t)(call | h->kind << 8), (uint64_t)a, (uint64_t)b + (uint64_t)result);
    }
    if (result == SQLITE_FULL) {
        errno = ENOSPC;
    } else if ((result & 0xff) == SQLITE_IOERR && result != SQLITE_IOERR_SHORT_READ) {
        errno = EIO;
    }
    pthread_mutex_unlock(&disk->lock);
    return result;
}

static void wait_if_slow(simulated_disk *disk) {
    uint64_t draw;
    if (!fault_comes(disk, DISK_SLOW, &draw)) return;
    // 1 ms … 4 s, each power of two as likely.
    disk->waited_us += 1000ull << (draw % 13);
    took_effect(disk, DISK_SLOW);
}

static bool is_stuck(simulated_disk *disk) {
    if (!disk->is_stuck && fault_comes(disk, DISK_STUCK, NULL)) {
        disk->is_stuck = true;
        took_effect(disk, DISK_STUCK);
    }
    return disk->is_stuck;
}

static bool errs(simulated_disk *disk, enum disk_fault fault) {
    if (!fault_comes(disk, fault, NULL)) return false;
    took_effect(disk, fault);
    return true;
}

static int read_file(sqlite3_file *base, void *bytes, int count, sqlite3_int64 offset) {
    handle *h = (handle *)base;
    simulated_disk *disk = enter(h);
    int result = SQLITE_OK;
    if (is_gone(h)) return leave(h, 'r', offset, count, SQLITE_IOERR_READ);
    image *seen = &h->file->view;
    int64_t there = seen->size - offset;
    if (there < 0) there = 0;
    if (there > count) there = count;
    if (!h->file->is_temporary) {
        wait_if_slow(disk);
        uint64_t draw;
        if (fault_comes(disk, DISK_BAD_SECTOR, &draw)) {
            mark_place(disk, DISK_BAD_SECTOR, h->file, offset / 4096 * 4096, 4096);
        }
        if (is_bad(disk, h->file, offset, count)) {
            result = SQLITE_IOERR_READ;
        } else if (is_stuck(disk) || errs(disk, DISK_READ_ERROR)) {
            result = SQLITE_IOERR_READ;
        } else if (fault_comes(disk, DISK_BIT_ROT, &draw) && there > 0) {
            int64_t at = offset + (int64_t)(draw / 8 % (uint64_t)there);
            seen->bytes[at] ^= (uint8_t)(1 << (draw % 8));
            if (at < h->file->platter.size) {
                h->file->platter.bytes[at] ^= (uint8_t)(1 << (draw % 8));
            }
            took_effect(disk, DISK_BIT_ROT);
        }
        if (result) return leave(h, 'r', offset, count, result);
    }
    if (there) memcpy(bytes, seen->bytes + offset, (size_t)there);
    if (there < count) {
        memset((uint8_t *)bytes + there, 0, (size_t)(count - there));
        result = SQLITE_IOERR_SHORT_READ;
    }
    return leave(h, 'r', offset, count, result);
}

static int write_file(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
    handle *h = (handle *)base;
    simulated_disk *disk = enter(h);
    if (is_gone(h)) return leave(h, 'w', offset, count, SQLITE_IOERR_WRITE);
    if (h->file->is_temporary) {
        inode_write(h->file, offset, bytes, count, DISK_FAULT_COUNT);
        return leave(h, 'w', offset, count, SQLITE_OK);
    }
    wait_if_slow(disk);
    if (is_stuck(disk) || errs(disk, DISK_WRITE_ERROR)) {
        return leave(h, 'w', offset, count, SQLITE_IOERR_WRITE);
    }
    if (offset + count > h->file->view.size) {
        if (!disk->is_full && errs(disk, DISK_FULL)) disk->is_full = true;
        if (disk->is_full) return leave(h, 'w', offset, count, SQLITE_FULL);
    }
    enum disk_fault fault = DISK_FAULT_COUNT;
    if (fault_comes(disk, DISK_LOST_WRITE, NULL)) {
        fault = DISK_LOST_WRITE;
    } else if (fault_comes(disk, DISK_MISDIRECTED_WRITE, NULL)) {
        fault = DISK_MISDIRECTED_WRITE;
    }
    inode_write(h->file, offset, bytes, count, fault);
    clear_bad_sectors(disk, h->file, offset, count);
    // Pages only: the salts of a WAL and the nonce of a journal differ from run to run.
    if (count >= 512 && h->kind != SQLITE_OPEN_MAIN_JOURNAL >> 8) {
        trace_bytes(disk, bytes, count);
    }
    int result = stops_here(disk) ? SQLITE_IOERR_WRITE : SQLITE_OK;
    return leave(h, 'w', offset, count, result);
}

static int truncate_file(sqlite3_file *base, sqlite3_int64 size) {
    handle *h = (handle *)base;
    simulated_disk *disk = enter(h);
    if (is_gone(h)) return leave(h, 't', size, 0, SQLITE_IOERR_TRUNCATE);
    if (!h->file->is_temporary && is_stuck(disk)) {
        return leave(h, 't', size, 0, SQLITE_IOERR_TRUNCATE);
    }
    inode_truncate(h->file, size);
    bool stopped = !h->file->is_temporary && stops_here(disk);
    return leave(h, 't', size, 0, stopped ? SQLITE_IOERR_TRUNCATE : SQLITE_OK);
}

int sync_inode(simulated_disk *disk, inode *file, bool with_directory) {
    wait_if_slow(disk);
    if (stops_here(disk) || is_stuck(disk)) return SQLITE_IOERR_FSYNC;
    uint64_t draw;
    if (fault_comes(disk, DISK_SYNC_ERROR, &draw)) {
        took_effect(disk, DISK_SYNC_ERROR);
        strand_changes(disk, file, draw);
        return SQLITE_IOERR_FSYNC;
    }
    if (fault_comes(disk, DISK_LYING_SYNC, NULL)) {
        inode_note_lie(file);
        return SQLITE_OK;
    }
    inode_settle(disk, file);
    settle_namings(disk, !with_directory);
    return SQLITE_OK;
}

static int sync_file(sqlite3_file *base, int flags) {
    (void)flags;
    handle *h = (handle *)base;
    simulated_disk *disk = enter(h);
    if (is_gone(h)) return leave(h, 's', 0, 0, SQLITE_IOERR_FSYNC);
    if (h->file->is_temporary) return leave(h, 's', 0, 0, SQLITE_OK);
    int result = sync_inode(disk, h->file, h->syncs_directory);
    if (result == SQLITE_OK) h->syncs_directory = false;
    return leave(h, 's', 0, 0, result);
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size) {
    handle *h = (handle *)base;
    enter(h);
    if (is_gone(h)) return leave(h, 'z', 0, 0, SQLITE_IOERR_FSTAT);
    *size = h->file->view.size;
    return leave(h, 'z', *size, 0, SQLITE_OK);
}

// Locks between connections, as in a file system that does them right.

static int grant(handle *h, int level) {
    inode *file = h->file;
    if (h->lock >= level) return SQLITE_OK;
    if (level == SQLITE_LOCK_SHARED) {
        if (file->waiting || file->exclusive) return SQLITE_BUSY;
        file->shared++;
        h->lock = level;
        return SQLITE_OK;
    }
    if (file->reserved && file->reserved != h) return SQLITE_BUSY;
    if (level == SQLITE_LOCK_RESERVED) {
        file->reserved = h;
        h->lock = level;
        return SQLITE_OK;
    }
    if (file->waiting && file->waiting != h) return SQLITE_BUSY;
    file->reserved = file->waiting = h;
    h->lock = SQLITE_LOCK_PENDING;
    if (file->shared > 1) return SQLITE_BUSY;
    file->exclusive = h;
    h->lock = SQLITE_LOCK_EXCLUSIVE;
    return SQLITE_OK;
}

static void release(handle *h, int level) {
    inode *file = h->file;
    if (h->lock <= level) return;
    if (file->reserved == h) file->reserved = NULL;
    if (file->waiting == h) file->waiting = NULL;
    if (file->exclusive == h) file->exclusive = NULL;
    if (level == SQLITE_LOCK_NONE) file->shared--;
    h->lock = level;
}

static int lock_file(sqlite3_file *base, int level) {
    handle *h = (handle *)base;
    enter(h);
    int result = is_gone(h) ? SQLITE_IOERR_LOCK : grant(h, level);
    return leave(h, 'l', level, h->lock, result);
}

static int unlock_file(sqlite3_file *base, int level) {
    handle *h = (handle *)base;
    enter(h);
    if (!is_gone(h)) release(h, level);
    return leave(h, 'u', level, 0, SQLITE_OK);
}

static int check_reserved(sqlite3_file *base, int *result) {
    handle *h = (handle *)base;
    enter(h);
    if (is_gone(h)) return leave(h, 'c', 0, 0, SQLITE_IOERR_CHECKRESERVEDLOCK);
    *result = h->file->reserved != NULL;
    return leave(h, 'c', *result, 0, SQLITE_OK);
}

static int close_file(sqlite3_file *base) {
    handle *h = (handle *)base;
    shm_unmap(base, 0);
    simulated_disk *disk = enter(h);
    if (!is_gone(h)) release(h, SQLITE_LOCK_NONE);
    trace(disk, (uint64_t)('q' | h->kind << 8), 0, 0);
    inode_release(h->file);
    pthread_mutex_unlock(&disk->lock);
    return SQLITE_OK;
}

static int control(sqlite3_file *base, int operation, void *argument) {
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *base) {
    (void)base;
    return 4096;
}

/// As SQLite's own VFS says of every disk: a cut while one part of a sector is written leaves the
/// rest of it.
static int characteristics(sqlite3_file *base) {
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

const sqlite3_io_methods disk_methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};
