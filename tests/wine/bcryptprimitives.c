/* Rust's standard library takes its random numbers from this library, which Wine 8 does not have.
   For tests only: on Windows, Windows has it. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return RtlGenRandom(data, (ULONG)length);
}
