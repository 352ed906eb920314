#define _GNU_SOURCE
#include "CObjectStore.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static int64_t answer(int64_t result) { return result < 0 ? -errno : result; }

int object_open_root(const char *path) { return answer(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)); }

int object_open_folder(int folder, const char *name) {
    return answer(openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

int object_open_beneath(int folder, const char *path) {
    struct open_how how = {
        .flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int64_t result = answer(syscall(SYS_openat2, folder, path, &how, sizeof(how)));
    /* Sandboxes that do not know the call answer EPERM, which opening for reading never does. */
    return result == -EPERM ? -ENOSYS : result;
}

int object_open_file(int folder, const char *name) {
    return answer(openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC));
}

int object_open_unnamed(int folder) { return answer(openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)); }

int object_create(int folder, const char *name) {
    return answer(openat(folder, name, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600));
}

int object_close(int descriptor) { return answer(close(descriptor)); }

int object_make_folder(int folder, const char *name) { return answer(mkdirat(folder, name, 0700)); }

int object_remove_folder(int folder, const char *name) { return answer(unlinkat(folder, name, AT_REMOVEDIR)); }

int object_remove(int folder, const char *name) { return answer(unlinkat(folder, name, 0)); }

int object_link(int descriptor, int folder, const char *name) {
    char path[64];
    snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
    return answer(linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW));
}

int object_rename(int from, const char *old_name, int to, const char *new_name, int only_if_absent) {
    /* RENAME_NOREPLACE from linux/fs.h, which collides with sys/mount.h where both are wanted. */
    const unsigned int no_replace = 1;
    return answer(renameat2(from, old_name, to, new_name, only_if_absent ? no_replace : 0));
}

int object_status_of(int descriptor, struct object_status *status) {
    struct stat found;
    if (fstat(descriptor, &found) < 0) return -errno;
    status->size = found.st_size;
    status->modified_seconds = found.st_mtim.tv_sec;
    status->modified_nanoseconds = found.st_mtim.tv_nsec;
    status->inode = found.st_ino;
    status->device = found.st_dev;
    status->is_regular = S_ISREG(found.st_mode) ? 1 : 0;
    status->is_directory = S_ISDIR(found.st_mode) ? 1 : 0;
    return 0;
}

int object_sync(int descriptor) { return answer(fsync(descriptor)); }

int64_t object_free_bytes(int descriptor) {
    struct statvfs status;
    if (fstatvfs(descriptor, &status) < 0) return -errno;
    return (int64_t)status.f_bavail * (int64_t)status.f_frsize;
}

int object_reserve(int descriptor, int64_t size) {
    return answer(fallocate(descriptor, FALLOC_FL_KEEP_SIZE, 0, size));
}

int object_start_writeback(int descriptor, int64_t offset, int64_t count) {
    return answer(sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE));
}

int64_t object_write(int descriptor, const void *bytes, size_t count) {
    int64_t result;
    do result = answer(write(descriptor, bytes, count));
    while (result == -EINTR);
    return result;
}

int64_t object_read(int descriptor, int64_t offset, void *bytes, size_t count) {
    int64_t result;
    do result = answer(pread(descriptor, bytes, count, offset));
    while (result == -EINTR);
    return result;
}

int64_t object_copy(int from, int64_t offset, int to, size_t count) {
    off_t source = offset;
    return answer(copy_file_range(from, &source, to, NULL, count, 0));
}

int object_set_attribute(int descriptor, const char *name, const void *bytes, size_t count) {
    return answer(fsetxattr(descriptor, name, bytes, count, 0));
}

int64_t object_get_attribute(int descriptor, const char *name, void *bytes, size_t count) {
    return answer(fgetxattr(descriptor, name, bytes, count));
}

struct kernel_entry {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

int64_t object_entries(int folder, uint8_t *bytes, size_t count) {
    _Alignas(uint64_t) char raw[16384];
    if (count < sizeof(raw)) return -EINVAL;
    int64_t found = answer(syscall(SYS_getdents64, folder, raw, sizeof(raw)));
    if (found <= 0) return found;
    /* A packed entry is two bytes and the name; the kernel's is 19 bytes and the name, so the result always fits. */
    int64_t packed = 0;
    for (int64_t position = 0; position < found;) {
        const struct kernel_entry *entry = (const struct kernel_entry *)(raw + position);
        size_t length = strlen(entry->name);
        bytes[packed] = entry->type;
        bytes[packed + 1] = (uint8_t)length;
        memcpy(bytes + packed + 2, entry->name, length);
        packed += 2 + (int64_t)length;
        position += entry->length;
    }
    return packed;
}
