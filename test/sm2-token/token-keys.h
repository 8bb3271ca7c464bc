/* Configuration and keys of the test token. */
#ifndef TOKEN_KEYS_H
#define TOKEN_KEYS_H

#include <openssl/evp.h>
#include <stddef.h>

#include "pkcs11-form.h"

#define MAX_KEYS 32

struct key {
  EVP_PKEY *pkey;
  unsigned char label[128], id[64];
  size_t label_length, id_length;
  int p256; /* else SM2 */
};

struct token_conf {
  char directory[512], label[33], form[8];
  ulong key_type, generate, sign_digest, sign_message;
};

extern struct token_conf conf;
extern struct key keys[MAX_KEYS];
extern int key_count;

int read_conf(void);
/* Whether the directory of the token is there. */
int present(void);
void load_keys(void);
int save_key(const struct key *key);
/* Handles: 2n + 1 is the private half of key n, 2n + 2 its public half. */
struct key *key_of(ulong handle);
/* Writes the value of an attribute; returns its length, or -1 where the object has none. */
long value_of(ulong handle, ulong type, unsigned char *out);
/*
 * Writes the DER of a signature. With `prepared` OpenSSL signs the 32 octets as they are; else, with SM3 and an identity, it
 * digests Z and message itself.
 */
int sign_der(struct key *key, int prepared, const unsigned char *data, size_t length, unsigned char *der, size_t *size);

#endif
