import HTTPTypes
import Hummingbird
import Jobs
import Logging
import NIOCore
import ObjectStore
import S3

/// The one place where an error of storage becomes an answer, in the client's dialect.
enum StorageRefusal {
    static func response(_ error: any Error, to call: StorageCall) throws -> Response {
        switch error {
        case let error as S3Error: answer(error, call)
        case let error as ObjectStoreError: answer(s3Error(error, call), call)
        case let refusal as Refusal where call.dialect == .json:
            refusal.response(from: call.request, context: call.context)
        case is Refusal: answer(S3Error(.accessDenied, "Access Denied"), call)
        default: throw error
        }
    }

    private static func answer(_ error: S3Error, _ call: StorageCall) -> Response {
        let status = HTTPResponse.Status(code: error.code.status)
        if status == .notModified || call.request.method == .head { return Response(status: status) }
        switch call.dialect {
        case .json:
            let detail = error.code == .noSuchKey ? "Object not found" : error.message
            return Refusal(status, detail).response(from: call.request, context: call.context)
        case .xml:
            return Response(.error(error, resource: call.signed.path, requestID: call.requestID), status: status)
        }
    }

    /// Says it in S3's words; what only the operator can act on is logged here and told as our own fault.
    private static func s3Error(_ error: ObjectStoreError, _ call: StorageCall) -> S3Error {
        switch error {
        case .noSuchKey: return S3Error(.noSuchKey, "The specified key does not exist.")
        case .noSuchUpload:
            return S3Error(
                .noSuchUpload, "The specified multipart upload does not exist. It may have been aborted or completed.")
        case .notAPlainPath:
            return S3Error(
                .invalidArgument,
                "This endpoint stores objects as plain files: a key has no empty, dot or overlong parts and no controls."
            )
        case .nameConflict:
            return S3Error(.keyNameConflict, "The key is a folder of other keys, or one of its folders is an object.")
        case .exists:
            return S3Error(.preconditionFailed, "At least one of the pre-conditions you specified did not hold.")
        case .invalidPart: return S3Error(.invalidPart, "One or more of the specified parts could not be found.")
        case .busy: return S3Error(.slowDown, "The upload is being completed. Please ask again in a moment.")
        case .partTooSmall:
            return S3Error(.entityTooSmall, "Your proposed upload is smaller than the minimum allowed size.")
        case .metadataTooLarge:
            return S3Error(.metadataTooLarge, "Your metadata headers exceed the maximum allowed metadata size.")
        case .full: return S3Error(.insufficientStorage, "There is not enough space to store the object.")
        case .readOnly, .withoutAttributes:
            return S3Error(.serviceUnavailable, "Storage does not accept writes at the moment.")
        case .system(let systemCall, let code):
            call.context.logger.error(
                "storage failed", metadata: ["call": .string(systemCall), "errno": .stringConvertible(code)])
            return S3Error(.internalError, "We encountered an internal error. Please try again.")
        }
    }
}

extension Response {
    /// An XML answer.
    init(_ document: XMLText, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status,
            headers: [.contentType: "application/xml"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: document.text))
        )
    }
}
