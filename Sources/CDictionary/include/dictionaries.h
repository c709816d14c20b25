#ifndef TRASNE_DICTIONARIES_H
#define TRASNE_DICTIONARIES_H
#include <stddef.h>

/// The dictionary of schema version 1, made by scripts/train-dictionary. Never changed: a frame
/// that names it must stay readable.
const unsigned char *trasne_dictionary_1(size_t *count);

#endif
