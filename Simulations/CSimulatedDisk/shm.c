// The shared memory of a WAL: on the heap, between the connections of one process.
#include <stdlib.h>

#include "disk.h"

void shm_release(shared_memory *shm) {
    if (--shm->references > 0) return;
    for (int i = 0; i < shm->count; i++) free(shm->regions[i]);
    free(shm->regions);
    free(shm);
}

/// The file's own reference goes with its last connection: its content is worth nothing then.
static shared_memory *attach(handle *h) {
    if (h->shm) return h->shm;
    if (!h->file->shm) {
        h->file->shm = calloc(1, sizeof(shared_memory));
        if (!h->file->shm) return NULL;
        h->file->shm->references = 1;
    }
    h->shm = h->file->shm;
    h->shm->references++;
    return h->shm;
}

int shm_map(
    sqlite3_file *base, int region, int size, int extends, void volatile **mapped
) {
    handle *h = (handle *)base;
    pthread_mutex_lock(&h->disk->lock);
    int result = SQLITE_OK;
    *mapped = NULL;
    shared_memory *shm = is_gone(h) ? NULL : attach(h);
    if (!shm) {
        result = is_gone(h) ? SQLITE_IOERR_SHMMAP : SQLITE_IOERR_NOMEM;
    } else {
        if (region >= shm->count && extends) {
            shm->regions =
                realloc(shm->regions, (size_t)(region + 1) * sizeof(*shm->regions));
            if (!shm->regions) abort();
            while (shm->count <= region) {
                shm->regions[shm->count] = calloc(1, (size_t)size);
                if (!shm->regions[shm->count++]) abort();
            }
        }
        if (region < shm->count) *mapped = shm->regions[region];
    }
    pthread_mutex_unlock(&h->disk->lock);
    return result;
}

static bool is_free(const handle *h, int slot, bool exclusively) {
    const shared_memory *shm = h->shm;
    unsigned bit = 1u << slot;
    if (shm->exclusive[slot] && !(h->shm_exclusive & bit)) return false;
    int mine = h->shm_shared & bit ? 1 : 0;
    return !exclusively || shm->shared[slot] == mine;
}

static void set_slot(handle *h, int slot, int flags) {
    shared_memory *shm = h->shm;
    unsigned bit = 1u << slot;
    if (flags & SQLITE_SHM_UNLOCK) {
        if (h->shm_exclusive & bit) shm->exclusive[slot] = false;
        if (h->shm_shared & bit) shm->shared[slot]--;
        h->shm_exclusive &= ~bit;
        h->shm_shared &= ~bit;
    } else if (flags & SQLITE_SHM_EXCLUSIVE) {
        shm->exclusive[slot] = true;
        h->shm_exclusive |= bit;
    } else if (!(h->shm_shared & bit)) {
        shm->shared[slot]++;
        h->shm_shared |= bit;
    }
}

int shm_lock(sqlite3_file *base, int offset, int count, int flags) {
    handle *h = (handle *)base;
    pthread_mutex_lock(&h->disk->lock);
    int result = SQLITE_OK;
    bool unlocks = flags & SQLITE_SHM_UNLOCK;
    if (!h->shm || (is_gone(h) && !unlocks)) {
        result = unlocks ? SQLITE_OK : SQLITE_IOERR_SHMLOCK;
    } else {
        for (int slot = offset; slot < offset + count && !unlocks; slot++) {
            if (!is_free(h, slot, flags & SQLITE_SHM_EXCLUSIVE)) result = SQLITE_BUSY;
        }
        for (int slot = offset; slot < offset + count && result == SQLITE_OK; slot++) {
            set_slot(h, slot, flags);
        }
    }
    pthread_mutex_unlock(&h->disk->lock);
    return result;
}

void shm_barrier(sqlite3_file *base) {
    (void)base;
    __sync_synchronize();
}

int shm_unmap(sqlite3_file *base, int deletes) {
    (void)deletes;
    handle *h = (handle *)base;
    pthread_mutex_lock(&h->disk->lock);
    if (h->shm) {
        for (int slot = 0; slot < SHM_SLOTS; slot++) set_slot(h, slot, SQLITE_SHM_UNLOCK);
        shared_memory *shm = h->shm;
        h->shm = NULL;
        shm_release(shm);
        if (h->file->shm == shm && shm->references == 1) {
            h->file->shm = NULL;
            shm_release(shm);
        }
    }
    pthread_mutex_unlock(&h->disk->lock);
    return SQLITE_OK;
}
