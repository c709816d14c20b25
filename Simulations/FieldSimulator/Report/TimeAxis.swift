/// Where a moment lies on the picture: hours in which nothing happens take little room.
struct TimeAxis {
    private let times: [Int64]
    private let places: [Double]
    let width: Double

    init(_ moments: [Int64], width: Double) {
        let times = Array(Set(moments)).sorted()
        var places: [Double] = []
        var place = 0.0
        for (index, time) in times.enumerated() {
            if index > 0 {
                let gap = Double(time - times[index - 1])
                place += min(gap, 1_200_000) + gap / 60
            }
            places.append(place)
        }
        self.times = times
        self.places = places.map { $0 / max(place, 1) * width }
        self.width = width
    }

    func x(_ time: Int64) -> Double {
        guard let first = times.first, let last = times.last else { return 0 }
        if time <= first { return 0 }
        if time >= last { return width }
        var (low, high) = (0, times.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle } else { high = middle }
        }
        let share = Double(time - times[low]) / Double(times[high] - times[low])
        return places[low] + share * (places[high] - places[low])
    }

    /// Full days, or hours of a short world, that are far enough apart to be written.
    var ticks: [(x: Double, text: String)] {
        guard let first = times.first, let last = times.last else { return [] }
        let unit = last - first > 2 * WorldTime.day ? WorldTime.day : WorldTime.hour
        var found: [(x: Double, text: String)] = []
        var time = (first - WorldTime.start) / unit * unit + WorldTime.start
        while time <= last {
            let x = x(time)
            if time >= first, found.last.map({ x - $0.x > 38 }) ?? true {
                let since = time - WorldTime.start
                found.append(
                    (x, unit == WorldTime.day ? "day \(since / unit + 1)" : Clock.text(since)))
            }
            time += unit
        }
        return found
    }
}
