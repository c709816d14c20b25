// What a power cut, a kill and a failed sync leave.
#include <string.h>

#include "disk.h"

static uint64_t next_fate(simulated_disk *disk) {
    return mix(disk->seed, STREAM_FATES, disk->entity, disk->draws++);
}

static bool naming_stays(simulated_disk *disk) { return next_fate(disk) & 1; }

enum fate { APPLIED, DROPPED, TORN, GARBAGE };

/// How a drive lost power: with everything written, with nothing, from some moment on, or anyhow.
enum cut_style { ALL, NONE, FROM_SOME_MOMENT, ANYHOW };

static enum cut_style style_of(uint64_t draw) {
    if (draw % 10 < 1) return ALL;
    if (draw % 10 < 3) return NONE;
    return draw % 10 < 5 ? FROM_SOME_MOMENT : ANYHOW;
}

static enum fate fate_of(enum cut_style style, uint64_t draw, bool is_before) {
    switch (style) {
    case ALL: return APPLIED;
    case NONE: return DROPPED;
    case FROM_SOME_MOMENT: return is_before ? APPLIED : DROPPED;
    case ANYHOW: break;
    }
    if (draw % 100 < 35) return APPLIED;
    if (draw % 100 < 65) return DROPPED;
    return draw % 100 < 85 ? TORN : GARBAGE;
}

/// Each sector of the write is as before, as written, or, of a garbled write, anything.
static void write_sectors(
    simulated_disk *disk, inode *file, const change *c, uint64_t draw, bool is_garbled
) {
    const int64_t sector = (int64_t)512 << (draw % 4);  // 512 … 4096
    const int64_t end = c->offset + c->length;
    uint8_t noise[4096];
    for (int64_t at = c->offset; at < end;) {
        int64_t next = (at / sector + 1) * sector;
        if (next > end) next = end;
        uint64_t chance = next_fate(disk);
        if (is_garbled && chance % 3 == 0) {
            for (int64_t i = 0; i < next - at; i++) {
                noise[i] = (uint8_t)(mix(disk->seed, chance, disk->entity, (uint64_t)i));
            }
            if (chance & 8) memset(noise, 0, sizeof noise);
            image_write(&file->platter, at, noise, next - at);
        } else if (chance & 16) {
            image_write(
                &file->platter, at, file->pending.bytes + c->at + (at - c->offset), next - at);
        }
        at = next;
    }
}

/// - Returns: whether something of the file is gone.
static bool decide_changes(simulated_disk *disk, inode *file, enum cut_style style) {
    if (file->change_count == 0) return false;
    int moment = (int)(next_fate(disk) % (uint64_t)(file->change_count + 1));
    bool is_any_gone = false;
    for (int i = 0; i < file->change_count; i++) {
        const change *c = &file->changes[i];
        uint64_t draw = next_fate(disk);
        enum fate fate = fate_of(style, draw, i < moment);
        if (c->kind == CHANGE_TRUNCATE && fate != APPLIED) fate = DROPPED;
        switch (fate) {
        case APPLIED:
            settle_change(disk, file, c);
            disk->fates.applied++;
            break;
        case DROPPED: disk->fates.dropped++; break;
        case TORN:
            write_sectors(disk, file, c, draw >> 32, false);
            disk->fates.torn++;
            break;
        case GARBAGE:
            write_sectors(disk, file, c, draw >> 32, true);
            disk->fates.garbage++;
            break;
        }
        if (fate != APPLIED) {
            is_any_gone = true;
            if (c->fault == DISK_LYING_SYNC) took_effect(disk, DISK_LYING_SYNC);
        }
    }
    inode_forget_changes(file);
    return is_any_gone;
}

void decide_fates(simulated_disk *disk) {
    enum cut_style style = style_of(next_fate(disk));
    bool is_any_gone = false;
    int namings = disk->naming_count;
    if (style == ALL) settle_namings(disk, false);
    decide_namings(disk, naming_stays);
    is_any_gone = style != ALL && namings > 0;
    for (int i = 0; i < disk->platter.count; i++) {
        is_any_gone |= decide_changes(disk, disk->platter.entries[i].file, style);
    }
    if (is_any_gone) took_effect(disk, DISK_POWER_CUT);
    reveal_marks(disk);
    for (int i = 0; i < disk->platter.count; i++) {
        inode *file = disk->platter.entries[i].file;
        image_copy(&file->view, &file->platter);
    }
    directory_copy(&disk->view, &disk->platter);
}

void strand_changes(simulated_disk *disk, inode *file, uint64_t draw) {
    for (int i = 0; i < file->change_count; i++) {
        uint64_t fate = mix(disk->seed, STREAM_STRANDED, draw, (uint64_t)i);
        if (fate & 1) settle_change(disk, file, &file->changes[i]);
    }
    inode_forget_changes(file);
}

void disk_die(simulated_disk *disk, bool was_cut) {
    if (disk->is_dead) return;
    disk->is_dead = true;
    disk->was_cut = was_cut;
    trace(disk, 'X', was_cut, disk->changing_calls);
}

bool stops_here(simulated_disk *disk) {
    disk->changing_calls++;
    if (fault_comes(disk, DISK_POWER_CUT, NULL)) {
        disk_die(disk, true);
    } else if (fault_comes(disk, DISK_KILL, NULL)) {
        took_effect(disk, DISK_KILL);
        disk_die(disk, false);
    }
    return disk->is_dead;
}

void disk_cut(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    if (!disk->is_dead) {
        disk->counts[DISK_POWER_CUT].injected++;
        disk_die(disk, true);
    }
    // A machine whose program was killed may lose its power before it starts again.
    disk->was_cut = true;
    pthread_mutex_unlock(&disk->lock);
}

void disk_kill(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    if (!disk->is_dead) {
        disk->counts[DISK_KILL].injected++;
        took_effect(disk, DISK_KILL);
        disk_die(disk, false);
    }
    pthread_mutex_unlock(&disk->lock);
}

/// What programs held in memory goes with them: locks, shared memory.
static void forget_programs(simulated_disk *disk) {
    disk->generation++;
    for (int i = 0; i < disk->view.count; i++) {
        inode *file = disk->view.entries[i].file;
        file->shared = 0;
        file->reserved = file->waiting = file->exclusive = NULL;
        // Connections from before still point into it.
        if (file->shm) shm_release(file->shm);
        file->shm = NULL;
    }
}

void disk_power_up(simulated_disk *disk) {
    pthread_mutex_lock(&disk->lock);
    if (disk->is_dead) {
        forget_programs(disk);
        if (disk->was_cut) decide_fates(disk);
        disk->is_dead = disk->was_cut = false;
        trace(disk, 'U', disk->fates.applied, disk->fates.dropped);
    }
    pthread_mutex_unlock(&disk->lock);
}

void disk_copy_contents(simulated_disk *from, simulated_disk *to) {
    // One after the other, so that two copies in opposite directions cannot wait for one another.
    directory copied = {0};
    pthread_mutex_lock(&from->lock);
    for (int i = 0; i < from->view.count; i++) {
        const entry *e = &from->view.entries[i];
        inode *file = inode_create();
        image_copy(&file->view, &e->file->view);
        image_copy(&file->platter, &e->file->view);
        strcpy(copied.entries[copied.count].name, e->name);
        copied.entries[copied.count++].file = file;
    }
    pthread_mutex_unlock(&from->lock);
    pthread_mutex_lock(&to->lock);
    forget_programs(to);
    settle_namings(to, false);
    forget_marks(to);
    directory_copy(&to->view, &copied);
    directory_copy(&to->platter, &copied);
    for (int i = 0; i < copied.count; i++) inode_release(copied.entries[i].file);
    to->is_dead = to->was_cut = false;
    pthread_mutex_unlock(&to->lock);
}
