/*
 * Driver of an encryption device with the interface of GM/T 0018 (SDF). It loads the vendor's library in a process of its own,
 * so that a crash of the library costs this process and not the agent, and does what it is asked for on standard input.
 *
 *   sdf-driver /path/of/the/vendors/library.so
 *
 * Frames, in both directions: length (4 octets, big-endian), then so many octets. Each question has one answer, in order.
 *   question  operation (1), key index (4), data
 *             1: public key of the index, no data; 2: signature, data = digest (32) and the password of the key
 *   answer    0 and x ‖ y or r ‖ s (64); 1 and the code of the device (4); 2 and a text, where there is no library
 * It ends with its standard input. Passwords stay in its memory and appear nowhere.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FRAME 4096
#define MAX_KEYS 256
#define MAX_PASSWORD 256
#define DIGEST 32

#define SDR_OK 0
#define SDR_NOTSUPPORT 0x01000002
#define SDR_COMMFAIL 0x01000003
#define SDR_HARDFAIL 0x01000004
#define SDR_OPENDEVICE 0x01000005
#define SDR_OPENSESSION 0x01000006
#define SDR_PARDENY 0x01000007
#define SDR_STEPERR 0x01000010

struct ecc_public_key {
  unsigned int bits;
  unsigned char x[64], y[64];
};

struct ecc_signature {
  unsigned char r[64], s[64];
};

static struct {
  int (*open_device)(void **device);
  int (*close_device)(void *device);
  int (*open_session)(void *device, void **session);
  int (*close_session)(void *session);
  int (*get_access)(void *session, unsigned int index, unsigned char *password, unsigned int length);
  int (*export_public)(void *session, unsigned int index, struct ecc_public_key *key);
  int (*sign)(void *session, unsigned int index, unsigned char *data, unsigned int length, struct ecc_signature *out);
} sdf;

/* What is known of the access to one key. A password that was refused is not tried again: devices lock themselves. */
struct access {
  unsigned int index;
  int granted, refused;
  unsigned int length;
  unsigned char password[MAX_PASSWORD];
};

static void *device, *session;
static struct access accesses[MAX_KEYS];
static int access_count;
static char load_error[300];

static int load(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  static const char *names[] = {"SDF_OpenDevice",   "SDF_CloseDevice", "SDF_OpenSession",
                                "SDF_CloseSession", "SDF_GetPrivateKeyAccessRight",
                                "SDF_ExportSignPublicKey_ECC", "SDF_InternalSign_ECC"};
  void *found[sizeof names / sizeof *names];
  for (size_t i = 0; library && i < sizeof names / sizeof *names; i++) {
    found[i] = dlsym(library, names[i]);
    if (!found[i]) library = NULL;
  }
  if (!library) {
    const char *why = dlerror();
    snprintf(load_error, sizeof load_error, "%s", why ? why : "the library cannot be loaded");
    return 0;
  }
  memcpy(&sdf, found, sizeof sdf);
  return 1;
}

static void close_all(void) {
  if (session) sdf.close_session(session);
  if (device) sdf.close_device(device);
  session = device = NULL;
  for (int i = 0; i < access_count; i++) accesses[i].granted = 0;
}

static int open_all(void) {
  int code;
  if (session) return SDR_OK;
  if (!device && (code = sdf.open_device(&device)) != SDR_OK) return device = NULL, code;
  if ((code = sdf.open_session(device, &session)) != SDR_OK) {
    session = NULL;
    close_all();
    return code;
  }
  return SDR_OK;
}

static int gain_access(unsigned int index, unsigned char *password, unsigned int length) {
  struct access *own = NULL;
  for (int i = 0; i < access_count; i++)
    if (accesses[i].index == index) own = &accesses[i];
  if (!own) {
    if (access_count == MAX_KEYS) return SDR_NOTSUPPORT;
    own = &accesses[access_count++];
    own->index = index;
  }
  int same = own->length == length && !memcmp(own->password, password, length);
  if (own->granted && same) return SDR_OK;
  if (own->refused && same) return SDR_PARDENY;
  own->length = length;
  memcpy(own->password, password, length);
  int code = sdf.get_access(session, index, password, length);
  own->granted = code == SDR_OK;
  own->refused = code == SDR_PARDENY;
  return code;
}

static int answer_once(const unsigned char *question, unsigned int length, unsigned char *out) {
  unsigned int index = (unsigned int)question[1] << 24 | question[2] << 16 | question[3] << 8 | question[4];
  struct ecc_public_key key = {0};
  struct ecc_signature signature = {{0}, {0}};
  int code = open_all();
  if (code != SDR_OK) return code;
  if (question[0] == 1) {
    if ((code = sdf.export_public(session, index, &key)) != SDR_OK) return code;
    memcpy(out, key.x + 32, 32);
    memcpy(out + 32, key.y + 32, 32);
    return SDR_OK;
  }
  if (question[0] != 2 || length < 5 + DIGEST || length > 5 + DIGEST + MAX_PASSWORD) return SDR_NOTSUPPORT;
  unsigned char digest[DIGEST], password[MAX_PASSWORD];
  unsigned int password_length = length - 5 - DIGEST;
  memcpy(digest, question + 5, DIGEST);
  memcpy(password, question + 5 + DIGEST, password_length);
  code = gain_access(index, password, password_length);
  if (code == SDR_OK) code = sdf.sign(session, index, digest, DIGEST, &signature);
  if (code != SDR_OK) return code;
  memcpy(out, signature.r + 32, 32);
  memcpy(out + 32, signature.s + 32, 32);
  return SDR_OK;
}

/* Codes after which device and session are opened anew before the question is tried again, once. */
static int may_pass(int code) {
  return code == SDR_COMMFAIL || code == SDR_HARDFAIL || code == SDR_OPENDEVICE || code == SDR_OPENSESSION ||
         code == SDR_STEPERR;
}

static int read_all(unsigned char *into, size_t length) { return fread(into, 1, length, stdin) == length; }

static int write_frame(const unsigned char *body, size_t length) {
  unsigned char head[4] = {0, 0, (unsigned char)(length >> 8), (unsigned char)length};
  return fwrite(head, 1, 4, stdout) == 4 && fwrite(body, 1, length, stdout) == length && fflush(stdout) == 0;
}

int main(int count, char **arguments) {
  unsigned char head[4], question[MAX_FRAME], answer[MAX_FRAME];
  if (count != 2) return 2;
  /* The parent drains before it ends its children: a signal to the whole process group must not be faster. */
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  int loaded = load(arguments[1]);
  while (read_all(head, 4)) {
    size_t length = (size_t)head[0] << 24 | head[1] << 16 | head[2] << 8 | head[3], size = 65;
    if (length < 5 || length > MAX_FRAME || !read_all(question, length)) return 3;
    if (!loaded) {
      answer[0] = 2;
      size = 1 + strlen(load_error);
      memcpy(answer + 1, load_error, size - 1);
    } else {
      int code = answer_once(question, (unsigned int)length, answer + 1);
      if (may_pass(code)) {
        close_all();
        code = answer_once(question, (unsigned int)length, answer + 1);
      }
      answer[0] = code != SDR_OK;
      if (code != SDR_OK) {
        uint32_t number = (uint32_t)code;
        for (int i = 0; i < 4; i++) answer[1 + i] = (unsigned char)(number >> (24 - 8 * i));
        size = 5;
      }
    }
    if (!write_frame(answer, size)) return 4;
  }
  if (loaded) close_all();
  return 0;
}
