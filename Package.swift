// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours is held to the same rules: Swift 6, explicit imports, marked unsafe code,
/// no warnings.
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
  name: "herdbook",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "herdbook", targets: ["herdbook"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // The system's libraries and the C of ours.
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(name: "CKernels", cSettings: c),
    .target(name: "CSystem", cSettings: c),

    // The pipeline, in the order in which an experiment passes through it.
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
    .target(
      name: "HerdbookEngine",
      dependencies: [
        "HerdbookModel", "HerdbookNumerics", "HerdbookNetworks", "HerdbookData", crypto,
      ],
      swiftSettings: swift),
    .target(
      name: "HerdbookBundle",
      dependencies: [
        "HerdbookModel", "HerdbookNumerics", "HerdbookCompression", "CSystem", crypto,
      ],
      swiftSettings: swift),
    .target(
      name: "HerdbookAnalysis",
      dependencies: ["HerdbookModel", "HerdbookNetworks", "HerdbookData", "HerdbookNumerics"],
      swiftSettings: swift),
    .target(
      name: "HerdbookCharts", dependencies: ["HerdbookNumerics", "HerdbookCompression"],
      swiftSettings: swift),
    .target(
      name: "HerdbookReport",
      dependencies: [
        "HerdbookModel", "HerdbookNumerics", "HerdbookBundle", "HerdbookAnalysis",
        "HerdbookCharts",
      ],
      swiftSettings: swift),
    .executableTarget(
      name: "herdbook",
      dependencies: [
        "HerdbookModel", "HerdbookNumerics", "HerdbookSpec", "HerdbookData", "HerdbookNetworks",
        "HerdbookEngine", "HerdbookBundle", "HerdbookAnalysis", "HerdbookCharts",
        "HerdbookReport", "CSystem", argumentParser,
      ],
      swiftSettings: swift),

    // Reads mutated specs without end; `make fuzz`.
    .executableTarget(
      name: "spec-fuzz", dependencies: ["HerdbookSpec", "HerdbookModel", argumentParser],
      path: "Tests/SpecFuzz", swiftSettings: swift),

    // A test target stands beside each target of the pipeline; this is what several share.
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: swift),
    .testTarget(
      name: "NumericsTests", dependencies: ["HerdbookNumerics", "CKernels"], swiftSettings: swift),
    .testTarget(
      name: "SpecTests", dependencies: ["HerdbookSpec", "HerdbookModel"], exclude: ["Bad", "Good"],
      swiftSettings: swift),
    .testTarget(
      name: "DataTests",
      dependencies: ["HerdbookData", "HerdbookModel", "HerdbookNumerics", "CZlib"],
      swiftSettings: swift),
    .testTarget(
      name: "CompressionTests", dependencies: ["HerdbookCompression"],
      swiftSettings: swift),
    .testTarget(
      name: "NetworksTests",
      dependencies: ["HerdbookNetworks", "HerdbookModel", "HerdbookNumerics", "CKernels"],
      swiftSettings: swift),
    .testTarget(
      name: "EngineTests",
      dependencies: [
        "HerdbookEngine", "HerdbookModel", "HerdbookNumerics", "HerdbookNetworks", "HerdbookData",
        "HerdbookSpec", "HerdbookBundle",
      ],
      swiftSettings: swift),
    .testTarget(
      name: "BundleTests",
      dependencies: ["HerdbookBundle", "HerdbookModel", "HerdbookCompression"],
      swiftSettings: swift),
    .testTarget(
      name: "AnalysisTests",
      dependencies: [
        "HerdbookAnalysis", "HerdbookModel", "HerdbookNetworks", "HerdbookData",
        "HerdbookNumerics",
      ],
      exclude: ["Reference"], swiftSettings: swift),
    .testTarget(
      name: "ChartsTests", dependencies: ["HerdbookCharts", "CZlib", "TestSupport"],
      exclude: ["Golden"], swiftSettings: swift),
    .testTarget(
      name: "ReportTests",
      dependencies: [
        "HerdbookReport", "HerdbookBundle", "HerdbookModel", "HerdbookCharts", "HerdbookAnalysis",
        "TestSupport",
      ],
      exclude: ["Golden"],
      swiftSettings: swift),
    // The parts of the program that are not its commands.
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "herdbook", "HerdbookModel", "HerdbookSpec", "HerdbookData", "HerdbookNetworks",
        "HerdbookBundle", "CSystem",
      ],
      swiftSettings: swift),
    // Runs the program itself, so that it must be built first.
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["herdbook", "HerdbookBundle", "HerdbookModel", "TestSupport"],
      exclude: [
        "Golden", "evaluate_champion.py", "compare_npz.py", "compare_schema.py", "train_zoo.py",
      ],
      swiftSettings: swift),
  ]
)
