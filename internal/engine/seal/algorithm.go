package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// Algorithm names what a key works with: AES-256-GCM with HMAC-SHA-256, or SM4-GCM with HMAC-SM3 (GB/T 32907, GB/T 32905).
type Algorithm string

// The algorithms.
const (
	AES Algorithm = "aes"
	SM4 Algorithm = "sm4"
)

// Valid reports whether the algorithm is one of them.
func (a Algorithm) Valid() bool { return a == AES || a == SM4 }

// size is the length of a sealing key in bytes.
func (a Algorithm) size() int {
	if a == SM4 {
		return sm4.BlockSize
	}
	return 32
}

func (a Algorithm) version() byte {
	if a == SM4 {
		return versionSM4
	}
	return versionAES
}

func (a Algorithm) aead(secret []byte) (cipher.AEAD, error) {
	if len(secret) != a.size() {
		return nil, fmt.Errorf("a key of %s has %d bytes", a, a.size())
	}
	block, err := aes.NewCipher(secret)
	if a == SM4 {
		block, err = sm4.NewCipher(secret)
	}
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// maker makes keyed hashes.
type maker struct {
	alg    Algorithm
	secret []byte
}

func (m maker) sum(text string) []byte {
	h := hmac.New(m.hash(), m.secret)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func (m maker) hash() func() hash.Hash {
	if m.alg == SM4 {
		return sm3.New
	}
	return sha256.New
}
