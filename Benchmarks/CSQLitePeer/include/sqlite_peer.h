// SQLite's own C interface with its session extension, which the header shows only to who asks:
// what the benchmark measures Trasne against.
#ifndef SQLITE_PEER_H
#define SQLITE_PEER_H

#define SQLITE_ENABLE_SESSION 1
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>

/// With a copy, as SQLite's users usually do.
int peer_bind_text(sqlite3_stmt *statement, int index, const char *text, int count);
int peer_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count);

#endif
