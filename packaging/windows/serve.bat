@echo off
rem Starts Render Manager without a window, for browsers and other programs on this computer.
rem For the whole network: serve.bat --host 0.0.0.0
rem To start it with the computer: render-manager autostart --on
setlocal
chcp 65001 >nul
cd /d "%~dp0..\.."
if exist start.py (
    py start.py serve %*
) else (
    render-manager serve %*
)
if errorlevel 1 pause
