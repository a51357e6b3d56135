/* For Wine 8 alone, which has no bcryptprimitives.dll: libraries written in Rust ask it for random
   bytes. Never shipped: Windows has its own. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T count)
{
    const SIZE_T most = 1u << 28;
    while (count > 0) {
        ULONG now = (ULONG)(count < most ? count : most);
        if (!RtlGenRandom(bytes, now))
            return FALSE;
        bytes += now;
        count -= now;
    }
    return TRUE;
}
