package pattern

import "strings"

// Bounds on the search for what was probably meant.
const (
	maxNearText  = 64  // bytes of a text that is compared
	maxNearTexts = 500 // texts to compare with
)

// nearest returns the text that was probably meant: one that differs in case
// only, else the one that fewest changes of single characters lead to, if they
// are few for its length; "" if there is none.
func nearest(text string, known []string) string {
	for _, k := range known {
		if strings.EqualFold(k, text) && k != text {
			return k
		}
	}
	if len(text) > maxNearText {
		return ""
	}
	best, least := "", min(3, (len(text)+1)/3)
	for _, k := range known[:min(len(known), maxNearTexts)] {
		if len(k) > maxNearText || k == text {
			continue
		}
		if d := distance(strings.ToLower(text), strings.ToLower(k)); d <= least && (best == "" || d < least) {
			best, least = k, d
		}
	}
	return best
}

// distance counts the bytes to insert, delete or replace, or neighbours to swap,
// that turn a into b.
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		earlier := before
		before, row = row, make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(before[j]+cost, before[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], earlier[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
