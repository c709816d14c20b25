// What the simulator sets, reads and does beside SQLite.
#include <errno.h>
#include <string.h>

#include "disk.h"

void disk_set_rate(simulated_disk *disk, enum disk_fault fault, uint32_t per_million) {
    pthread_mutex_lock(&disk->lock);
    disk->rate[fault] = per_million;
    pthread_mutex_unlock(&disk->lock);
}

void disk_arm(simulated_disk *disk, enum disk_fault fault, uint64_t calls) {
    pthread_mutex_lock(&disk->lock);
    disk->armed[fault] = calls;
    pthread_mutex_unlock(&disk->lock);
}

void disk_mend(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    disk->is_stuck = disk->is_full = false;
    pthread_mutex_unlock(&disk->lock);
}

disk_count disk_fault_count(simulated_disk *disk, enum disk_fault fault) {
    pthread_mutex_lock(&disk->lock);
    disk_count count = disk->counts[fault];
    pthread_mutex_unlock(&disk->lock);
    return count;
}

disk_fates disk_fate_counts(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    disk_fates fates = disk->fates;
    pthread_mutex_unlock(&disk->lock);
    return fates;
}

bool disk_is_dead(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    bool is_dead = disk->is_dead;
    pthread_mutex_unlock(&disk->lock);
    return is_dead;
}

void disk_set_time(simulated_disk *disk, int64_t milliseconds) {
    pthread_mutex_lock(&disk->lock);
    disk->time_ms = milliseconds;
    pthread_mutex_unlock(&disk->lock);
}

uint64_t disk_waited(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    uint64_t waited = disk->waited_us / 1000;
    pthread_mutex_unlock(&disk->lock);
    return waited;
}

uint64_t disk_changing_calls(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    uint64_t calls = disk->changing_calls;
    pthread_mutex_unlock(&disk->lock);
    return calls;
}

uint64_t disk_trace(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    uint64_t trace = disk->trace;
    pthread_mutex_unlock(&disk->lock);
    return trace;
}

uint64_t disk_bytes(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    uint64_t bytes = 0;
    for (int i = 0; i < disk->view.count; i++) {
        bytes += (uint64_t)disk->view.entries[i].file->view.size;
    }
    pthread_mutex_unlock(&disk->lock);
    return bytes;
}

bool disk_exists(simulated_disk *disk, const char *name) {
    pthread_mutex_lock(&disk->lock);
    bool exists = find(&disk->view, name) != NULL;
    pthread_mutex_unlock(&disk->lock);
    return exists;
}

int64_t disk_read(
    simulated_disk *disk, const char *name, int64_t offset, uint8_t *bytes, int64_t count
) {
    pthread_mutex_lock(&disk->lock);
    inode *file = disk->is_dead ? NULL : find(&disk->view, name);
    int64_t there = -1;
    if (file) {
        there = file->view.size - offset;
        if (there < 0) there = 0;
        if (there > count) there = count;
        if (there) memcpy(bytes, file->view.bytes + offset, (size_t)there);
    }
    pthread_mutex_unlock(&disk->lock);
    return there;
}

int64_t disk_size(simulated_disk *disk, const char *name) {
    pthread_mutex_lock(&disk->lock);
    inode *file = find(&disk->view, name);
    int64_t size = file ? file->view.size : 0;
    pthread_mutex_unlock(&disk->lock);
    return size;
}

static int put(simulated_disk *disk, const char *name, const uint8_t *bytes, int64_t count) {
    if (disk->is_dead || disk->is_stuck) return EIO;
    inode *file = find(&disk->view, name);
    if (file) {
        inode_truncate(file, 0);
    } else {
        file = inode_create();
        int result = name_file(disk, NAMING_CREATE, name, NULL, file);
        inode_release(file);
        if (result) return result;
    }
    if (stops_here(disk)) return EIO;
    if (count == 0) return 0;
    if (disk->is_full) return ENOSPC;
    inode_write(file, 0, bytes, count, DISK_FAULT_COUNT);
    return stops_here(disk) ? EIO : 0;
}

int disk_put(simulated_disk *disk, const char *name, const uint8_t *bytes, int64_t count) {
    pthread_mutex_lock(&disk->lock);
    int result = put(disk, name, bytes, count);
    trace(disk, 'p', (uint64_t)count, (uint64_t)result);
    pthread_mutex_unlock(&disk->lock);
    return result;
}

int disk_sync(simulated_disk *disk, const char *name) {
    pthread_mutex_lock(&disk->lock);
    inode *file = find(&disk->view, name);
    int result = disk->is_dead ? EIO : file ? 0 : ENOENT;
    if (result == 0 && sync_inode(disk, file, true)) result = EIO;
    trace(disk, 'f', 0, (uint64_t)result);
    pthread_mutex_unlock(&disk->lock);
    return result;
}

/// A change of names that the machine may stop at.
static int rename_or_remove(
    simulated_disk *disk, enum naming_kind kind, const char *name, const char *to
) {
    pthread_mutex_lock(&disk->lock);
    inode *file = find(&disk->view, name);
    int result = disk->is_dead || disk->is_stuck ? EIO : file ? 0 : ENOENT;
    if (result == 0) result = name_file(disk, kind, name, to, file);
    if (result == 0 && stops_here(disk)) result = EIO;
    trace(disk, 'n', (uint64_t)kind, (uint64_t)result);
    pthread_mutex_unlock(&disk->lock);
    return result;
}

int disk_rename(simulated_disk *disk, const char *from, const char *to) {
    return rename_or_remove(disk, NAMING_RENAME, from, to);
}

int disk_remove(simulated_disk *disk, const char *name) {
    return rename_or_remove(disk, NAMING_REMOVE, name, NULL);
}

int disk_spoil(simulated_disk *disk, const char *name, int64_t offset, int64_t count) {
    pthread_mutex_lock(&disk->lock);
    inode *file = find(&disk->view, name);
    for (int64_t i = offset; file && i < offset + count; i++) {
        uint8_t noise = (uint8_t)mix(disk->seed, STREAM_PLACES, disk->entity, (uint64_t)i);
        if (i < file->view.size) file->view.bytes[i] = noise;
        if (i < file->platter.size) file->platter.bytes[i] = noise;
    }
    pthread_mutex_unlock(&disk->lock);
    return file ? 0 : ENOENT;
}

int disk_sync_directory(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    int result = disk->is_dead || stops_here(disk) || disk->is_stuck ? EIO : 0;
    if (result == 0) settle_namings(disk, false);
    trace(disk, 'y', 0, (uint64_t)result);
    pthread_mutex_unlock(&disk->lock);
    return result;
}
