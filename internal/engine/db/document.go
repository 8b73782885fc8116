package db

import (
	"reflect"
	"sync"
)

// mostDocuments bounds the texts whose reading a house keeps.
const mostDocuments = 8 << 20

// documents are texts of this house with what they were read as.
type documents struct {
	mu   sync.Mutex
	read map[document]any
	size int
}

type document struct {
	kind reflect.Type
	text string
}

// Once gives what parse makes of a text that is kept in the house, and parses each text once: for documents that many acts
// look into. The text itself is the key, so that an answer is never that of another edition or another union. What it gives
// is shared: nobody changes it. A text that cannot be read is not kept.
func Once[T any](tx *Tx, text string, parse func([]byte) (T, error)) (T, error) {
	d, key := tx.documents, document{reflect.TypeFor[T](), text}
	d.mu.Lock()
	got, ok := d.read[key]
	d.mu.Unlock()
	if ok {
		return got.(T), nil
	}
	v, err := parse([]byte(text))
	if err != nil {
		return v, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.size+len(text) > mostDocuments {
		d.read, d.size = nil, 0
	}
	if d.read == nil {
		d.read = map[document]any{}
	}
	if _, ok := d.read[key]; !ok {
		d.read[key] = v
		d.size += len(text)
	}
	return v, nil
}
