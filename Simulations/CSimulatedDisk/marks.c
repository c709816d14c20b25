// Places of the platter that are not what they should be.
//
// They are counted as having taken effect when somebody meets them: a read that fails, or a cut
// after which programs see the platter. A place that is written again before that did no harm.
#include <string.h>

#include "disk.h"

static bool overlaps(const mark *m, const inode *file, int64_t offset, int64_t count) {
    return m->file == file && m->offset < offset + count && offset < m->offset + m->length;
}

static void remove_mark(simulated_disk *disk, int at) {
    inode_release(disk->marks[at].file);
    disk->marks[at] = disk->marks[--disk->mark_count];
}

void mark_place(
    simulated_disk *disk, enum disk_fault fault, inode *file, int64_t offset, int64_t count
) {
    // More than that at once: the oldest is no longer counted.
    if (disk->mark_count == MARKS_MAX) remove_mark(disk, 0);
    file->references++;
    disk->marks[disk->mark_count++] = (mark){fault, file, offset, count, false};
}

bool is_bad(simulated_disk *disk, inode *file, int64_t offset, int64_t count) {
    for (int i = 0; i < disk->mark_count; i++) {
        mark *m = &disk->marks[i];
        if (m->fault != DISK_BAD_SECTOR || !overlaps(m, file, offset, count)) continue;
        if (!m->was_met) took_effect(disk, DISK_BAD_SECTOR);
        m->was_met = true;
        return true;
    }
    return false;
}

void clear_marks(simulated_disk *disk, inode *file, int64_t offset, int64_t count) {
    for (int i = disk->mark_count - 1; i >= 0; i--) {
        if (overlaps(&disk->marks[i], file, offset, count)) remove_mark(disk, i);
    }
}

void clear_bad_sectors(simulated_disk *disk, inode *file, int64_t offset, int64_t count) {
    for (int i = disk->mark_count - 1; i >= 0; i--) {
        const mark *m = &disk->marks[i];
        if (m->fault == DISK_BAD_SECTOR && overlaps(m, file, offset, count)) {
            remove_mark(disk, i);
        }
    }
}

void reveal_marks(simulated_disk *disk) {
    for (int i = disk->mark_count - 1; i >= 0; i--) {
        const mark m = disk->marks[i];
        if (m.fault == DISK_BAD_SECTOR) continue;
        const image *seen = &m.file->view, *kept = &m.file->platter;
        int64_t end = m.offset + m.length;
        if (end <= seen->size) {
            bool differs = end > kept->size
                || memcmp(seen->bytes + m.offset, kept->bytes + m.offset, (size_t)m.length);
            if (differs) took_effect(disk, m.fault);
        }
        remove_mark(disk, i);
    }
}

void forget_marks(simulated_disk *disk) {
    while (disk->mark_count > 0) remove_mark(disk, 0);
}
