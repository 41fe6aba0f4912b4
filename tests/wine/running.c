/* Holds the mutex of the app's single instance, as the running app does, until its input ends. */
#include <stdio.h>
#include <windows.h>

int main(void)
{
    if (!CreateMutexW(NULL, TRUE, L"app.warifu.desktop-sim"))
        return 1;
    puts("running");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    return 0;
}
