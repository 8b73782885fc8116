package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// certWish says which certificate to serve with: files given, or one of the house's own for a host as of now.
type certWish struct {
	data, cert, key, host string
	now                   time.Time
}

// tlsConfig takes the given certificate, or one of the house's own small authority, made once and kept in the data
// folder. The authority's certificate (bangfu-ca.pem) is what computers of the union install to trust it.
func tlsConfig(w certWish) (*tls.Config, error) {
	if w.cert == "" {
		var err error
		if w.cert, w.key, err = ownCertificate(w); err != nil {
			return nil, err
		}
	}
	pair, err := tls.LoadX509KeyPair(w.cert, w.key)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}, nil
}

func ownCertificate(w certWish) (cert, key string, err error) {
	data, host := w.data, w.host
	cert, key = filepath.Join(data, "bangfu-tls.pem"), filepath.Join(data, "bangfu-tls.key")
	if _, err := os.Stat(cert); !errors.Is(err, fs.ErrNotExist) {
		return cert, key, err
	}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	ca := template("Bangfu local authority", w.now, 3650)
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	caRaw, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return "", "", err
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	leaf := template("Bangfu", w.now, 800)
	leaf.KeyUsage, leaf.ExtKeyUsage = x509.KeyUsageDigitalSignature, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	names(leaf, host)
	raw, err := x509.CreateCertificate(rand.Reader, leaf, ca, &leafKey.PublicKey, caKey)
	if err != nil {
		return "", "", err
	}
	keyRaw, err := x509.MarshalPKCS8PrivateKey(leafKey)
	if err != nil {
		return "", "", err
	}
	return cert, key, errors.Join(
		writePEM(filepath.Join(data, "bangfu-ca.pem"), 0o644, "CERTIFICATE", caRaw),
		writePEM(key, 0o600, "PRIVATE KEY", keyRaw),
		writePEM(cert, 0o644, "CERTIFICATE", raw, caRaw))
}

func template(name string, now time.Time, days int) *x509.Certificate {
	serial, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)) // crypto/rand never fails
	from := now.Add(-time.Hour)
	return &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: from.AddDate(0, 0, days)}
}

// names puts in every name and address by which this machine may be reached.
func names(c *x509.Certificate, host string) {
	c.DNSNames = []string{"localhost"}
	if own, err := os.Hostname(); err == nil {
		c.DNSNames = append(c.DNSNames, own)
	}
	if ip := net.ParseIP(host); ip == nil && host != "" {
		c.DNSNames = append(c.DNSNames, host)
	}
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			c.IPAddresses = append(c.IPAddresses, n.IP)
		}
	}
}

func writePEM(path string, mode os.FileMode, kind string, blocks ...[]byte) error {
	var out []byte
	for _, b := range blocks {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b})...)
	}
	return os.WriteFile(path, out, mode)
}
