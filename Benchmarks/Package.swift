// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that whoever builds Herdbook does not build this. The targets that are
// measured are symbolic links to Herdbook's own, compiled here once more: their `package`
// declarations are visible without becoming a public interface.

let swift: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]
let c: [CSetting] = [.treatAllWarnings(as: .error)]

let collections = Target.Dependency.product(
  name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // Herdbook's.
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CKernels", cSettings: c),
    .target(name: "CSystem", cSettings: c),
    .target(
      name: "HerdbookNumerics", dependencies: ["CKernels", "CSystem"], swiftSettings: swift),
    .target(name: "HerdbookModel", swiftSettings: swift),
    .target(name: "HerdbookCompression", dependencies: ["CZlib"], swiftSettings: swift),
    .target(
      name: "HerdbookSpec", dependencies: ["HerdbookModel", "CLibYAML", collections],
      swiftSettings: swift),
    .target(
      name: "HerdbookData",
      dependencies: ["HerdbookModel", "HerdbookNumerics", "HerdbookCompression", crypto],
      swiftSettings: swift),
    .target(
      name: "HerdbookNetworks", dependencies: ["HerdbookModel", "HerdbookNumerics", "CKernels"],
      swiftSettings: swift),

    // What measures them.
    .target(name: "CPeak", dependencies: ["CKernels"], cSettings: c),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "CKernels", "CPeak", "HerdbookNumerics", "HerdbookModel", "HerdbookSpec", "HerdbookData",
        "HerdbookNetworks", argumentParser,
      ],
      swiftSettings: swift),
  ]
)
