extension XMLText {
    /// `Error`, the body of every refusal to a client that signs.
    public static func error(_ error: S3Error, resource: String, requestID: String) -> XMLText {
        XMLText(root: "Error", isNamespaced: false) { xml in
            xml.element("Code", error.code.rawValue)
            xml.element("Message", error.message)
            xml.element("Resource", resource)
            xml.element("RequestId", requestID)
        }
    }

    /// `ListAllMyBucketsResult`.
    public static func buckets(_ buckets: [(name: String, created: Int64)], owner: String) -> XMLText {
        XMLText(root: "ListAllMyBucketsResult") { xml in
            xml.element("Owner") { xml in
                xml.element("ID", owner)
                xml.element("DisplayName", owner)
            }
            xml.element("Buckets") { xml in
                for bucket in buckets {
                    xml.element("Bucket") { xml in
                        xml.element("Name", bucket.name)
                        xml.element("CreationDate", CivilTime(secondsSince1970: bucket.created).xml)
                    }
                }
            }
        }
    }

    /// `LocationConstraint`; empty, which clients read as us-east-1.
    public static var location: XMLText { XMLText(root: "LocationConstraint") { _ in } }

    /// `VersioningConfiguration`; empty, which means never enabled.
    public static var versioning: XMLText { XMLText(root: "VersioningConfiguration") { _ in } }

    /// `InitiateMultipartUploadResult`.
    public static func uploadCreated(bucket: String, key: ObjectKey, upload: String) -> XMLText {
        XMLText(root: "InitiateMultipartUploadResult") { xml in
            xml.element("Bucket", bucket)
            xml.element("Key", key.text)
            xml.element("UploadId", upload)
        }
    }

    /// `CompleteMultipartUploadResult`.
    public static func uploadCompleted(
        location: String, bucket: String, key: ObjectKey, etag: String, checksum: Checksum?
    ) -> XMLText {
        XMLText(root: "CompleteMultipartUploadResult") { xml in
            xml.element("Location", location)
            xml.element("Bucket", bucket)
            xml.element("Key", key.text)
            xml.element("ETag", "\"\(etag)\"")
            if let checksum {
                xml.element(checksum.algorithm.elementName, checksum.value)
                xml.element("ChecksumType", checksum.typeName)
            }
        }
    }
}
