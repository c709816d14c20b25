// Bytes that grow.
#include <stdlib.h>
#include <string.h>

#include "disk.h"

static void reserve(image *image, int64_t size) {
    if (size <= image->capacity) return;
    int64_t capacity = image->capacity ? image->capacity : 8192;
    while (capacity < size) capacity *= 2;
    image->bytes = realloc(image->bytes, (size_t)capacity);
    if (!image->bytes) abort();
    image->capacity = capacity;
}

void image_write(image *image, int64_t offset, const uint8_t *bytes, int64_t count) {
    if (count <= 0) return;
    reserve(image, offset + count);
    if (offset > image->size) {
        memset(image->bytes + image->size, 0, (size_t)(offset - image->size));
    }
    memcpy(image->bytes + offset, bytes, (size_t)count);
    if (offset + count > image->size) image->size = offset + count;
}

void image_truncate(image *image, int64_t size) {
    if (size > image->size) {
        reserve(image, size);
        memset(image->bytes + image->size, 0, (size_t)(size - image->size));
    }
    image->size = size;
}

void image_copy(image *to, const image *from) {
    reserve(to, from->size);
    if (from->size) memcpy(to->bytes, from->bytes, (size_t)from->size);
    to->size = from->size;
}
