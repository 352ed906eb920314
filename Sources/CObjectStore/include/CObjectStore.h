/* The system calls of the object store, each answering -errno instead of setting errno.
 *
 * Nothing is decided here: the shims exist because Swift's Glibc module lacks half of these calls, and because errno
 * read in another language is errno read too late. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

struct object_status {
    int64_t size;
    int64_t modified_seconds;
    int64_t modified_nanoseconds;
    uint64_t inode;
    uint64_t device;
    int32_t is_regular;
    int32_t is_directory;
};

/* A folder by an absolute path; the only call that follows links. */
int object_open_root(const char *path);
/* One component below a folder, never through a link. */
int object_open_folder(int folder, const char *name);
/* A path of several components below a folder, by openat2 with RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and
 * RESOLVE_NO_MAGICLINKS; -ENOSYS where the kernel or a sandbox has no openat2. */
int object_open_beneath(int folder, const char *path);
/* One file below a folder, for reading, never through a link, never waiting for a FIFO. */
int object_open_file(int folder, const char *name);
/* A file without a name; -EOPNOTSUPP, -EISDIR or -ENOENT where the filesystem cannot. */
int object_open_unnamed(int folder);
/* A new file; -EEXIST when the name is taken. */
int object_create(int folder, const char *name);
int object_close(int descriptor);

int object_make_folder(int folder, const char *name);
int object_remove_folder(int folder, const char *name);
int object_remove(int folder, const char *name);
/* Gives a file without a name its first one, through /proc/self/fd. */
int object_link(int descriptor, int folder, const char *name);
int object_rename(int from, const char *old_name, int to, const char *new_name, int only_if_absent);

int object_status_of(int descriptor, struct object_status *status);
int object_sync(int descriptor);
/* What an ordinary user may still write to the filesystem of a descriptor. */
int64_t object_free_bytes(int descriptor);
int object_reserve(int descriptor, int64_t size);
/* Starts writing back what was written, without waiting. */
int object_start_writeback(int descriptor, int64_t offset, int64_t count);
int64_t object_write(int descriptor, const void *bytes, size_t count);
int64_t object_read(int descriptor, int64_t offset, void *bytes, size_t count);
/* From an offset of one file to the end of another; -EXDEV, -EINVAL, -ENOSYS or -EOPNOTSUPP where the kernel cannot. */
int64_t object_copy(int from, int64_t offset, int to, size_t count);

int object_set_attribute(int descriptor, const char *name, const void *bytes, size_t count);
int64_t object_get_attribute(int descriptor, const char *name, void *bytes, size_t count);

/* The next entries of a folder, packed as (type, length of name, name)*, where type is the DT_ constant.
 * 0 at the end. */
int64_t object_entries(int folder, uint8_t *bytes, size_t count);

#pragma clang assume_nonnull end
