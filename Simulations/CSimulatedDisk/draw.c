// Chance that is a function of its place, and the trace.
#include "disk.h"

static uint64_t scatter(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

uint64_t mix(uint64_t seed, uint64_t stream, uint64_t entity, uint64_t n) {
    uint64_t z = scatter(seed + 0x9e3779b97f4a7c15ull);
    z = scatter(z ^ (stream + 0x9e3779b97f4a7c15ull));
    z = scatter(z ^ (entity + 0x9e3779b97f4a7c15ull));
    return scatter(z ^ (n + 0x9e3779b97f4a7c15ull));
}

bool fault_comes(simulated_disk *disk, enum disk_fault fault, uint64_t *draw) {
    uint64_t n = ++disk->eligible[fault];
    bool is_armed = disk->armed[fault] && --disk->armed[fault] == 0;
    if (!is_armed && !disk->rate[fault]) return false;
    uint64_t drawn = mix(disk->seed, fault, disk->entity, n);
    if (!is_armed && drawn % 1000000 >= disk->rate[fault]) return false;
    if (draw) *draw = drawn / 1000000;
    disk->counts[fault].injected++;
    return true;
}

void took_effect(simulated_disk *disk, enum disk_fault fault) {
    disk->counts[fault].took_effect++;
}

void trace(simulated_disk *disk, uint64_t what, uint64_t a, uint64_t b) {
    uint64_t t = disk->trace;
    t = (t ^ what) * 0x9e3779b97f4a7c15ull;
    t = (t ^ (t >> 29) ^ a) * 0xbf58476d1ce4e5b9ull;
    t = (t ^ (t >> 32) ^ b) * 0x94d049bb133111ebull;
    disk->trace = t ^ (t >> 31);
}

void trace_bytes(simulated_disk *disk, const uint8_t *bytes, int64_t count) {
    uint64_t t = disk->trace;
    for (int64_t i = 0; i + 8 <= count; i += 8) {
        uint64_t word;
        __builtin_memcpy(&word, bytes + i, 8);
        t = (t ^ word) * 0x9e3779b97f4a7c15ull;
        t ^= t >> 32;
    }
    disk->trace = t;
}
