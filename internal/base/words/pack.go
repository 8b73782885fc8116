package words

import (
	"encoding/json"
	"fmt"
)

// both is a word kept in each language, for a sentence that is stored before it is known who reads it.
type both map[Lang]string

// Say gives the word in the language.
func (b both) Say(l Lang) string { return b[l] }

// Pack turns the args of a sentence into text for a column: a Said is said in every language, all else is printed plainly.
func Pack(args []any) string {
	list := make([]any, len(args))
	for i, a := range args {
		s, ok := a.(Said)
		if !ok {
			list[i] = fmt.Sprint(a)
			continue
		}
		b := both{}
		for _, l := range Langs() {
			b[l] = s.Say(l)
		}
		list[i] = b
	}
	text, _ := json.Marshal(list) // texts and maps of texts never fail
	return string(text)
}

// Unpack gives the args that Pack wrote, ready for T. A text that Pack did not write gives none.
func Unpack(packed string) []any {
	var list []json.RawMessage
	if json.Unmarshal([]byte(packed), &list) != nil {
		return nil
	}
	out := make([]any, len(list))
	for i, raw := range list {
		var b both
		var s string
		if json.Unmarshal(raw, &s) == nil {
			out[i] = s
		} else if json.Unmarshal(raw, &b) == nil {
			out[i] = b
		} else {
			return nil
		}
	}
	return out
}
