/*
 * A small SDF library (GM/T 0018) for tests of the signing agent, on libcrypto. Its device is the directory that
 * SDF_LIBRARY_DIRECTORY names: <index>.pem is a signing key, <index>.password the password of its private half. While the
 * directory is away, so is the device. It is no HSM.
 */
#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SDR_OK 0
#define SDR_HARDFAIL 0x01000004
#define SDR_OPENDEVICE 0x01000005
#define SDR_PARDENY 0x01000007
#define SDR_KEYNOTEXIST 0x01000008
#define SDR_SKOPERR 0x0100000c
#define MAX_INDEX 64

typedef struct {
  unsigned int bits;
  unsigned char x[64], y[64];
} ECCrefPublicKey;

typedef struct {
  unsigned char r[64], s[64];
} ECCSignature;

struct session {
  int granted[MAX_INDEX];
};

static int present(void) {
  struct stat info;
  const char *directory = getenv("SDF_LIBRARY_DIRECTORY");
  return directory && stat(directory, &info) == 0;
}

static FILE *open_file(unsigned int index, const char *kind) {
  char path[700];
  snprintf(path, sizeof path, "%s/%u.%s", getenv("SDF_LIBRARY_DIRECTORY"), index, kind);
  return fopen(path, "r");
}

static EVP_PKEY *load_key(unsigned int index) {
  FILE *file = open_file(index, "pem");
  EVP_PKEY *key = file ? PEM_read_PrivateKey(file, NULL, NULL, NULL) : NULL;
  if (file) fclose(file);
  return key;
}

int SDF_OpenDevice(void **device) {
  static int one;
  if (!present()) return SDR_OPENDEVICE;
  *device = &one;
  return SDR_OK;
}

int SDF_CloseDevice(void *device) {
  (void)device;
  return SDR_OK;
}

int SDF_OpenSession(void *device, void **session) {
  (void)device;
  *session = calloc(1, sizeof(struct session));
  return *session ? SDR_OK : SDR_HARDFAIL;
}

int SDF_CloseSession(void *session) {
  free(session);
  return SDR_OK;
}

int SDF_GetPrivateKeyAccessRight(void *handle, unsigned int index, unsigned char *password, unsigned int length) {
  struct session *session = handle;
  char right[128];
  if (!present()) return SDR_HARDFAIL;
  FILE *file = open_file(index, "password");
  if (!file || index >= MAX_INDEX) return SDR_KEYNOTEXIST;
  size_t have = fread(right, 1, sizeof right, file);
  fclose(file);
  /* A real device counts refusals and locks the key; so does this one, in a file that tests read. */
  if (have != length || memcmp(right, password, length)) {
    char path[700];
    snprintf(path, sizeof path, "%s/refusals", getenv("SDF_LIBRARY_DIRECTORY"));
    FILE *count = fopen(path, "a");
    if (count) fputc('x', count), fclose(count);
    return SDR_PARDENY;
  }
  session->granted[index] = 1;
  return SDR_OK;
}

int SDF_ExportSignPublicKey_ECC(void *handle, unsigned int index, ECCrefPublicKey *out) {
  unsigned char *point = NULL;
  (void)handle;
  if (!present()) return SDR_HARDFAIL;
  EVP_PKEY *key = load_key(index);
  if (!key) return SDR_KEYNOTEXIST;
  size_t length = EVP_PKEY_get1_encoded_public_key(key, &point);
  EVP_PKEY_free(key);
  if (length != 65) return SDR_HARDFAIL;
  memset(out, 0, sizeof *out);
  out->bits = 256;
  memcpy(out->x + 32, point + 1, 32);
  memcpy(out->y + 32, point + 33, 32);
  OPENSSL_free(point);
  return SDR_OK;
}

int SDF_InternalSign_ECC(void *handle, unsigned int index, unsigned char *data, unsigned int length, ECCSignature *out) {
  struct session *session = handle;
  unsigned char der[128];
  size_t size = sizeof der;
  if (!present()) return SDR_HARDFAIL;
  if (index >= MAX_INDEX || !session->granted[index]) return SDR_PARDENY;
  EVP_PKEY *key = load_key(index);
  if (!key) return SDR_KEYNOTEXIST;
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
  int good = EVP_PKEY_sign_init(ctx) > 0 && EVP_PKEY_sign(ctx, der, &size, data, length) > 0;
  EVP_PKEY_CTX_free(ctx);
  EVP_PKEY_free(key);
  if (!good) return SDR_SKOPERR;
  const unsigned char *at = der;
  ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &at, (long)size);
  memset(out, 0, sizeof *out);
  BN_bn2binpad(ECDSA_SIG_get0_r(numbers), out->r + 32, 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(numbers), out->s + 32, 32);
  ECDSA_SIG_free(numbers);
  return SDR_OK;
}
