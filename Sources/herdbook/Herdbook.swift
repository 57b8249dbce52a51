@main struct Herdbook { static func main() {} }
