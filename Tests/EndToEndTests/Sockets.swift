import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The little of BSD sockets that the tests need.
enum Sockets {
    static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    static func open() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }

    static func connect(_ port: Int) -> Int32? {
        let handle = open()
        var address = address(port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(handle, $0, size)
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

    /// - Returns: a listening socket and its port.
    static func listen(_ port: Int = 0) throws -> (handle: Int32, port: Int) {
        let handle = open()
        var yes: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = address(port)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(handle, pointer, size) == 0 && Glibc.listen(handle, 16) == 0
                    && getsockname(handle, pointer, &size) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRINUSE) }
        return (handle, Int(UInt16(bigEndian: address.sin_port)))
    }

    static func freePort() throws -> Int {
        let (handle, port) = try listen()
        close(handle)
        return port
    }
}

/// Forwards connections to a port and cuts each after so many bytes of one direction.
final class CuttingProxy: @unchecked Sendable {
    enum Side { case request, answer }

    let port: Int
    private let target: Int
    private let handle: Int32
    private let lock = NSLock()
    private var limit: (side: Side, bytes: Int)?
    private var spoilt: (side: Side, at: Int)?
    private var forwarded = (request: 0, answer: 0)
    private var bytesPerSecond: Int?

    init(to target: Int) throws {
        self.target = target
        (handle, port) = try Sockets.listen()
        Thread.detachNewThread { [self] in serve() }
    }

    deinit { close(handle) }

    /// From now on every connection is cut after `bytes` of that side; nil never.
    func cut(_ side: Side, after bytes: Int?) {
        lock.withLock {
            limit = bytes.map { (side, $0) }
            forwarded = (0, 0)
        }
    }

    /// From now on one bit of every connection is turned over, so many bytes into that side.
    func damage(_ side: Side, at byte: Int?) {
        lock.withLock { spoilt = byte.map { (side, $0) } }
    }

    /// From now on every connection is as slow as this, each way; nil as fast as it can.
    func slow(bytesPerSecond: Int?) { lock.withLock { self.bytesPerSecond = bytesPerSecond } }

    var bytes: (request: Int, answer: Int) { lock.withLock { forwarded } }

    private func serve() {
        while true {
            let client = accept(handle, nil, nil)
            guard client >= 0 else { return }
            guard let upstream = Sockets.connect(target) else {
                close(client)
                continue
            }
            let group = DispatchGroup()
            for (from, to, side) in [(client, upstream, Side.request), (upstream, client, .answer)]
            {
                group.enter()
                Thread.detachNewThread { [self] in
                    forward(from, to, side)
                    shutdown(client, Int32(SHUT_RDWR))
                    shutdown(upstream, Int32(SHUT_RDWR))
                    group.leave()
                }
            }
            group.notify(queue: .global()) {
                close(client)
                close(upstream)
            }
        }
    }

    private func forward(_ from: Int32, _ to: Int32, _ side: Side) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var left = lock.withLock { limit?.side == side ? limit?.bytes ?? .max : .max }
        let spoilt = lock.withLock { self.spoilt?.side == side ? self.spoilt?.at : nil }
        var passed = 0
        while left > 0 {
            let rate = lock.withLock { bytesPerSecond }
            let count = recv(from, &buffer, min(rate == nil ? buffer.count : 2_048, left), 0)
            guard count > 0 else { return }
            if let rate { usleep(UInt32(count * 1_000_000 / rate)) }
            if let spoilt, (passed..<passed + count).contains(spoilt) {
                buffer[spoilt - passed] ^= 1
            }
            passed += count
            var sent = 0
            while sent < count {
                let wrote = buffer.withUnsafeBytes {
                    send(to, $0.baseAddress! + sent, count - sent, Int32(MSG_NOSIGNAL))
                }
                guard wrote > 0 else { return }
                sent += wrote
            }
            left -= count
            lock.withLock {
                if side == .request {
                    forwarded.request += count
                } else {
                    forwarded.answer += count
                }
            }
        }
    }
}

/// Answers every connection with the same bytes.
final class CannedServer: @unchecked Sendable {
    let port: Int
    private let handle: Int32

    init(_ answer: String) throws {
        (handle, port) = try Sockets.listen()
        let handle = handle
        Thread.detachNewThread {
            while true {
                let client = accept(handle, nil, nil)
                guard client >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 65_536)
                _ = recv(client, &buffer, buffer.count, 0)
                let bytes = Array(answer.utf8)
                _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                close(client)
            }
        }
    }

    deinit { close(handle) }
}
