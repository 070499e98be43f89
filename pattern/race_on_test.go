//go:build race

package pattern

// raceDetector: it makes sync.Pool forget at random, so nothing can be said about
// allocations.
const raceDetector = true
