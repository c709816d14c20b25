import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The little of BSD sockets that a proxy on loopback needs.
enum Loopback {
    private static let stream: Int32 = {
        #if canImport(Glibc)
            Int32(SOCK_STREAM.rawValue)
        #else
            SOCK_STREAM
        #endif
    }()
    #if canImport(Glibc)
        private static let quietly = Int32(MSG_NOSIGNAL)
    #else
        private static let quietly: Int32 = 0
    #endif

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    /// Not for the programs that are started meanwhile.
    private static func open() -> Int32 {
        let handle = socket(AF_INET, stream, 0)
        _ = fcntl(handle, F_SETFD, FD_CLOEXEC)
        #if !canImport(Glibc)
            var yes: Int32 = 1
            setsockopt(
                handle, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
        #endif
        return handle
    }

    static func connect(_ port: Int) -> Int32? {
        let handle = open()
        var address = address(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(handle, $0, size)
            }
        }
        if result == 0 { return handle }
        close(handle)
        return nil
    }

    static func canConnect(_ port: Int) -> Bool {
        guard let handle = connect(port) else { return false }
        close(handle)
        return true
    }

    /// - Returns: a listening socket and its port; nil when the port is taken.
    static func listen(_ port: Int = 0) -> (handle: Int32, port: Int)? {
        let handle = open()
        var yes: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = address(port)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(handle, pointer, size) == 0 && Foundation.listen(handle, 32) == 0
                    && getsockname(handle, pointer, &size) == 0
            }
        }
        guard isBound else {
            close(handle)
            return nil
        }
        return (handle, Int(UInt16(bigEndian: address.sin_port)))
    }

    static func accept(_ handle: Int32) -> Int32? {
        let client = Foundation.accept(handle, nil, nil)
        guard client >= 0 else { return nil }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        return client
    }

    /// A port to which a program can come back after it was killed: below those that the system
    /// hands out by itself.
    static func freePort(_ dice: UInt64) -> Int? {
        for turn in 0..<200 {
            let port = 20_000 + Int((dice &+ UInt64(turn) &* 7_919) % 12_000)
            if let found = listen(port) {
                close(found.handle)
                return port
            }
        }
        return nil
    }

    /// - Returns: nothing at the end of the stream, or when nothing came within the time.
    static func receive(_ handle: Int32, _ count: Int) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let got = recv(handle, &buffer, count, 0)
        return got > 0 ? Array(buffer[..<got]) : []
    }

    static func send(_ bytes: [UInt8], to handle: Int32) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let wrote = bytes.withUnsafeBytes {
                Foundation.send(handle, $0.baseAddress! + sent, bytes.count - sent, quietly)
            }
            guard wrote > 0 else { return false }
            sent += wrote
        }
        return true
    }

    static func setPatience(_ handle: Int32, milliseconds: Int) {
        var time = timeval()
        time.tv_sec = .init(milliseconds / 1_000)
        time.tv_usec = .init(milliseconds % 1_000 * 1_000)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The next close resets the connection instead of ending it.
    static func setReset(_ handle: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(handle, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    static func end(_ handle: Int32) { shutdown(handle, Int32(SHUT_RDWR)) }
}
