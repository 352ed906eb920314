import Glibc

/// What the error numbers of the kernel mean to this module.
enum SystemCode {
    static func error(_ call: String, _ code: Int32) -> ObjectStoreError {
        isFull(code) ? .full : .system(call: call, code: code)
    }

    static func isFull(_ code: Int32) -> Bool { code == ENOSPC || code == EDQUOT }

    /// There is nothing by that name, or nothing that may be reached by it: links are never followed.
    static func isAbsent(_ code: Int32) -> Bool {
        code == ENOENT || code == ENOTDIR || code == ELOOP || code == EXDEV || code == ENXIO || code == ENAMETOOLONG
    }

    /// The filesystem has no files without a name (O_TMPFILE), or no /proc to name them through.
    static func cannotStageUnnamed(_ code: Int32) -> Bool { code == EOPNOTSUPP || code == EISDIR || code == ENOENT }

    static func cannotCopy(_ code: Int32) -> Bool {
        code == EXDEV || code == EINVAL || code == ENOSYS || code == EOPNOTSUPP || code == EPERM
    }

    static let absent = ENOENT
    static let exists = EEXIST
    static let isFolder = EISDIR
    static let notAFolder = ENOTDIR
    static let isLink = ELOOP
    static let unknownCall = ENOSYS
    static let unsupported = EOPNOTSUPP
}
