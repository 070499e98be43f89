// Package lint holds the rules of this project that a compiler does not know, as
// ordinary tests: which package may import which, who may ask for the time, what every
// package must have.
package lint
