/* For Wine alone, which has no icuuc.dll: Qt6Core imports it for text encodings that it does not
   know itself. Every call says that there is no such encoding. Never shipped: Windows has its own. */
#include <stddef.h>
#include <stdint.h>

#define EXPORT __declspec(dllexport)
#define NO_SUCH_FILE 4

typedef void Converter;

static void refuse(int *error)
{
    if (error != NULL && *error <= 0)
        *error = NO_SUCH_FILE;
}

EXPORT Converter *ucnv_open(const char *name, int *error) { refuse(error); return NULL; }
EXPORT void ucnv_close(Converter *c) {}
EXPORT void ucnv_reset(Converter *c) {}
EXPORT signed char ucnv_getMaxCharSize(const Converter *c) { return 1; }
EXPORT const char *ucnv_getName(const Converter *c, int *error) { refuse(error); return NULL; }
EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, int *error) { refuse(error); return NULL; }
EXPORT const char *ucnv_getAvailableName(int32_t number) { return NULL; }
EXPORT int32_t ucnv_countAvailable(void) { return 0; }
EXPORT int32_t ucnv_toUCountPending(const Converter *c, int *error) { refuse(error); return 0; }
EXPORT int32_t ucnv_fromUCountPending(const Converter *c, int *error) { refuse(error); return 0; }

static void no_call_back(void **action, const void **context)
{
    if (action != NULL)
        *action = NULL;
    if (context != NULL)
        *context = NULL;
}

EXPORT void ucnv_getToUCallBack(const Converter *c, void **action, const void **context) { no_call_back(action, context); }
EXPORT void ucnv_getFromUCallBack(const Converter *c, void **action, const void **context) { no_call_back(action, context); }
EXPORT void ucnv_setToUCallBack(Converter *c, void *a, const void *x, void **oa, const void **ox, int *error) { refuse(error); }
EXPORT void ucnv_setFromUCallBack(Converter *c, void *a, const void *x, void **oa, const void **ox, int *error) { refuse(error); }
EXPORT void ucnv_cbToUWriteUChars(void *arguments, const uint16_t *text, int32_t length, int32_t offset, int *error) { refuse(error); }
EXPORT void ucnv_cbFromUWriteUChars(void *arguments, const uint16_t **text, const uint16_t *end, int32_t offset, int *error) { refuse(error); }
EXPORT void ucnv_toUnicode(Converter *c, uint16_t **t, const uint16_t *te, const char **s, const char *se, int32_t *o, signed char flush, int *error) { refuse(error); }
EXPORT void ucnv_fromUnicode(Converter *c, char **t, const char *te, const uint16_t **s, const uint16_t *se, int32_t *o, signed char flush, int *error) { refuse(error); }
EXPORT void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
EXPORT void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}
