/// A large value whose fields an encoder asks for only when it writes them, so that what is made of
/// many of them is never in memory twice.
package protocol EncodedLater: Encodable, Sendable {}
