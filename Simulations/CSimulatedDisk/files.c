// Files and their names, as programs see them and as the platter has them.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"

inode *inode_create(void) {
    inode *file = calloc(1, sizeof(inode));
    if (!file) abort();
    file->references = 1;
    return file;
}

void inode_release(inode *file) {
    if (--file->references > 0) return;
    if (file->shm) shm_release(file->shm);
    free(file->view.bytes);
    free(file->platter.bytes);
    free(file->pending.bytes);
    free(file->changes);
    free(file);
}

static void add_change(inode *file, change added) {
    if (file->change_count == file->change_capacity) {
        file->change_capacity = file->change_capacity ? 2 * file->change_capacity : 64;
        file->changes =
            realloc(file->changes, (size_t)file->change_capacity * sizeof(change));
        if (!file->changes) abort();
    }
    file->changes[file->change_count++] = added;
}

void inode_write(
    inode *file, int64_t offset, const void *bytes, int64_t count, enum disk_fault fault
) {
    image_write(&file->view, offset, bytes, count);
    if (file->is_temporary) return;
    add_change(
        file, (change){CHANGE_WRITE, fault, offset, count, (size_t)file->pending.size});
    image_write(&file->pending, file->pending.size, bytes, count);
}

void inode_truncate(inode *file, int64_t size) {
    image_truncate(&file->view, size);
    if (!file->is_temporary) {
        add_change(file, (change){CHANGE_TRUNCATE, DISK_FAULT_COUNT, size, 0, 0});
    }
}

/// Somewhere else in the file, a multiple of the write's length away.
static void misdirect(simulated_disk *disk, inode *file, const change *c) {
    mark_place(disk, c->fault, file, c->offset, c->length);
    uint64_t places = (uint64_t)(file->platter.size / c->length);
    if (places == 0) return;
    uint64_t n = disk->counts[c->fault].injected;
    int64_t offset =
        (int64_t)(mix(disk->seed, STREAM_PLACES, disk->entity, n) % places) * c->length;
    image_write(&file->platter, offset, file->pending.bytes + c->at, c->length);
}

void settle_change(simulated_disk *disk, inode *file, const change *c) {
    if (c->kind == CHANGE_TRUNCATE) {
        image_truncate(&file->platter, c->offset);
        return;
    }
    clear_marks(disk, file, c->offset, c->length);
    if (c->fault == DISK_MISDIRECTED_WRITE) {
        misdirect(disk, file, c);
    } else if (c->fault == DISK_LOST_WRITE) {
        mark_place(disk, c->fault, file, c->offset, c->length);
    } else {
        image_write(&file->platter, c->offset, file->pending.bytes + c->at, c->length);
    }
}

void inode_settle(simulated_disk *disk, inode *file) {
    for (int i = 0; i < file->change_count; i++) {
        settle_change(disk, file, &file->changes[i]);
    }
    inode_forget_changes(file);
}

void inode_forget_changes(inode *file) {
    file->change_count = 0;
    file->pending.size = 0;
}

void inode_note_lie(inode *file) {
    for (int i = 0; i < file->change_count; i++) {
        if (file->changes[i].fault == DISK_FAULT_COUNT) {
            file->changes[i].fault = DISK_LYING_SYNC;
        }
    }
}

// Names.

static int place(const directory *directory, const char *name) {
    for (int i = 0; i < directory->count; i++) {
        if (strcmp(directory->entries[i].name, name) == 0) return i;
    }
    return -1;
}

inode *find(const directory *directory, const char *name) {
    int at = place(directory, name);
    return at < 0 ? NULL : directory->entries[at].file;
}

static void put(directory *directory, const char *name, inode *file) {
    file->references++;
    int at = place(directory, name);
    if (at >= 0) {
        inode_release(directory->entries[at].file);
        directory->entries[at].file = file;
        return;
    }
    if (directory->count == NAMES_MAX) abort();
    entry *added = &directory->entries[directory->count++];
    strcpy(added->name, name);
    added->file = file;
}

static void drop(directory *directory, const char *name) {
    int at = place(directory, name);
    if (at < 0) return;
    inode_release(directory->entries[at].file);
    directory->entries[at] = directory->entries[--directory->count];
}

static void apply(directory *directory, const naming *n) {
    switch (n->kind) {
    case NAMING_CREATE: put(directory, n->name, n->file); break;
    case NAMING_REMOVE: drop(directory, n->name); break;
    case NAMING_RENAME:
        put(directory, n->to, n->file);
        drop(directory, n->name);
        break;
    }
}

static void settle_naming(simulated_disk *disk, naming *n) {
    apply(&disk->platter, n);
    inode_release(n->file);
}

int name_file(
    simulated_disk *disk, enum naming_kind kind, const char *name, const char *to, inode *file
) {
    if (strlen(name) >= NAME_MAX_BYTES || (to && strlen(to) >= NAME_MAX_BYTES)) {
        return ENAMETOOLONG;
    }
    if (disk->naming_count == NAMES_MAX) settle_namings(disk, false);
    naming *added = &disk->namings[disk->naming_count++];
    added->kind = kind;
    strcpy(added->name, name);
    strcpy(added->to, to ? to : "");
    added->file = file;
    file->references++;
    apply(&disk->view, added);
    return 0;
}

void settle_namings(simulated_disk *disk, bool removals_only) {
    // A journalled directory keeps its order: what came before a settled removal is settled too.
    int end = disk->naming_count;
    while (removals_only && end > 0 && disk->namings[end - 1].kind != NAMING_REMOVE) end--;
    for (int i = 0; i < end; i++) settle_naming(disk, &disk->namings[i]);
    disk->naming_count -= end;
    memmove(
        disk->namings, disk->namings + end, (size_t)disk->naming_count * sizeof(naming));
}

void decide_namings(simulated_disk *disk, bool (*stays)(simulated_disk *disk)) {
    char tainted[2 * NAMES_MAX][NAME_MAX_BYTES];
    int count = 0;
    for (int i = 0; i < disk->naming_count; i++) {
        naming *n = &disk->namings[i];
        bool is_tainted = false;
        for (int t = 0; t < count; t++) {
            is_tainted = is_tainted || strcmp(tainted[t], n->name) == 0
                || strcmp(tainted[t], n->to) == 0;
        }
        if (!is_tainted && stays(disk)) {
            settle_naming(disk, n);
            continue;
        }
        strcpy(tainted[count++], n->name);
        if (n->to[0]) strcpy(tainted[count++], n->to);
        inode_release(n->file);
    }
    disk->naming_count = 0;
}

void directory_copy(directory *to, const directory *from) {
    for (int i = 0; i < from->count; i++) from->entries[i].file->references++;
    for (int i = 0; i < to->count; i++) inode_release(to->entries[i].file);
    *to = *from;
}
