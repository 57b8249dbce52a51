import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder with MNIST in it; nil where the environment names none.
let mnistFolder: String? = {
  guard let value = unsafe getenv("HERDBOOK_DATA") else { return nil }
  let folder = unsafe String(cString: value)
  return exists("\(folder)/mnist/t10k-images-idx3-ubyte.gz") ? folder : nil
}()

let hasPython: Bool =
  RunningShell("python3 -c 'import numpy, safetensors.numpy'", in: "/", environment: nil)
  .wait().status == 0

@Suite("champion")
struct ChampionTests {
  @Test(
    "a champion, evaluated on MNIST by NumPy in binary64, agrees with the tables but at near ties",
    .enabled(if: mnistFolder != nil, "HERDBOOK_DATA names no folder with mnist/ as .gz"),
    .enabled(if: hasPython, "needs python3 with numpy and safetensors"))
  func champion() throws {
    let project = Project()
    let folder = try #require(mnistFolder)
    project.spec(
      "m",
      """
      iterations: 3
      dataset: {name: mnist}
      network: {layers: [784, 32, 10]}
      population: {size: 4}
      training: {steps: 50, batch: 32}
      """)
    let run = project.run("run", "m", "--data", folder)
    #expect(run.status == 0, "\(run.err)")
    let check = RunningShell(
      "python3 \(quoted("\(Program.testsFolder)/evaluate_champion.py"))"
        + " Results/m \(quoted("\(folder)/mnist"))",
      in: project.path, environment: nil
    ).wait()
    #expect(check.status == 0, "\(check.out)\(check.err)")
    #expect(check.out.hasPrefix("correct "))
  }
}
