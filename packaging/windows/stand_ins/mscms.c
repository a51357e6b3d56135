/* For Wine alone, whose mscms.dll stops a program that asks for the screen's colour profile, as Qt
   does at its start. Here there is no profile, and Qt takes sRGB. Never shipped. */
#include <windows.h>

#define EXPORT __declspec(dllexport)

EXPORT HANDLE WINAPI OpenColorProfileW(void *profile, DWORD access, DWORD share, DWORD how)
{
    SetLastError(ERROR_FILE_NOT_FOUND);
    return NULL;
}

EXPORT BOOL WINAPI CloseColorProfile(HANDLE profile)
{
    return TRUE;
}

EXPORT BOOL WINAPI GetColorProfileFromHandle(HANDLE profile, BYTE *bytes, DWORD *size)
{
    SetLastError(ERROR_INVALID_HANDLE);
    return FALSE;
}

EXPORT HANDLE WINAPI WcsCreateIccProfile(HANDLE profile, DWORD options)
{
    SetLastError(ERROR_INVALID_HANDLE);
    return NULL;
}

EXPORT BOOL WINAPI GetColorDirectoryW(const WCHAR *machine, WCHAR *path, DWORD *size)
{
    SetLastError(ERROR_FILE_NOT_FOUND);
    return FALSE;
}
