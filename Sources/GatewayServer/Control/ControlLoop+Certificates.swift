/// What the control socket tells of certificates.
extension ControlLoop {
    var certificateStates: [StatusReport.Certificate] {
        certificates.certificates.map { served in
            StatusReport.Certificate(name: served.names.joined(separator: " "), notAfter: served.notAfter)
        }
    }
}
