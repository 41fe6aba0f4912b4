/* Stands in for the app where a test wants to know what Windows started it with: appends its command line
   to C:\told.txt, in UTF-16, a line for each start. */

#include <windows.h>

int main(void) {
  const wchar_t *line = GetCommandLineW();
  DWORD written;
  HANDLE told = CreateFileW(L"C:\\told.txt", FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                            OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  if (told == INVALID_HANDLE_VALUE) return 1;
  WriteFile(told, line, (DWORD)(wcslen(line) * sizeof(wchar_t)), &written, NULL);
  WriteFile(told, L"\n", sizeof(wchar_t), &written, NULL);
  CloseHandle(told);
  return 0;
}
